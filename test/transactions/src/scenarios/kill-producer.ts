import { setTimeout as sleep } from 'node:timers/promises'
import { waitFor } from '@sluice/test-kafka'
import { History } from '../judge/history.js'
import type { Played, Scenario, Stage } from '../scenario.js'
import { perWriter, startWriter, takeOver } from './lives.js'

const usualKills = 20
const longestLifeMs = 1_500
/** From the end of `connect` until all logs can be read to their ends. */
const mostStuckMs = 2_000

/** A process is killed in mid-transaction, and another with the same id takes over, many times. */
export const killProducer: Scenario = {
  name: 'kill-producer',
  async play(stage: Stage): Promise<Played> {
    const { random, transactions: kills = usualKills } = stage
    const history = new History()
    const transactionalId = stage.nameOf('id')
    const [stuckMs, faults]: [number[], string[]] = [[], []]
    for (let life = 0; life < kills; life++) {
      const first = life * perWriter
      await using writer = startWriter(stage, { history, transactionalId, first })
      await writer.until('connected')
      stuckMs.push(await readableAfter(stage, faults))
      writer.goOn()
      await writer.until('committed')
      await sleep(random() * longestLifeMs)
      await writer.kill()
      if (writer.said.some((line) => line.startsWith('failed'))) faults.push(writer.said.at(-1)!)
    }
    await takeOver(stage, { history, transactionalId, first: kills * perWriter })
    const longest = Math.max(...stuckMs).toFixed(0)
    const inCommit = history.count('committing')
    return {
      history,
      faults,
      figures: [
        `${kills} kills`,
        `${inCommit} of them while a commit was under way`,
        `stuck ${longest} ms at most`,
      ],
    }
  },
}

/** @returns after how many ms every log could be read to its end; a fault where that is too late */
async function readableAfter({ view }: Stage, faults: string[]): Promise<number> {
  const startedAt = performance.now()
  await waitFor('the logs can be read to their ends', async () => (await view.lag()) === 0)
  const took = performance.now() - startedAt
  if (took > mostStuckMs)
    faults.push(`${took.toFixed(0)} ms after connect() some log could be read to its end`)
  return took
}
