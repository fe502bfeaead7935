import { waitFor } from '@sluice/test-kafka'
import { History } from '../judge/history.js'
import type { Played, Scenario, Stage } from '../scenario.js'
import { perWriter, startWriter, takeOver } from './lives.js'

const usualKills = 3
/** Brokers look for transactions that take too long every ten seconds. */
const transactionTimeoutMs = 5_000
const longestLookMs = 15_000
/** From the end of `connect` until all logs can be read to their ends, with the id of before. */
const mostStuckMs = 1_000

/** T15: a process is killed when it has sent half of a transaction, and offsets; what starts next has the same id, or another. */
export const randomId: Scenario = {
  name: 'random-id',
  async play(stage: Stage): Promise<Played> {
    const { transactions: kills = usualKills } = stage
    const [history, faults]: [History, string[]] = [new History(), []]
    const stuckMs: Record<'same' | 'new', number[]> = { same: [], new: [] }
    const group = stage.nameOf('group')
    let transactionalId = stage.nameOf('id')
    for (let start = 0; start < 2 * kills; start++) {
      const life = { history, group, transactionTimeoutMs, first: start * 2 * perWriter }
      await killHalfway(stage, { ...life, transactionalId })
      const id = start % 2 === 0 ? 'same' : 'new'
      if (id === 'new') transactionalId = stage.nameOf('id')
      const first = life.first + perWriter
      await using next = startWriter(stage, { ...life, transactionalId, first, count: 3 })
      await next.until('connected')
      stuckMs[id].push(await readableAfter(stage))
      next.goOn()
      await next.until('done')
      await next.ended()
    }
    await takeOver(stage, { history, transactionalId, first: 4 * kills * perWriter })
    const [same, other] = [Math.max(...stuckMs.same), Math.min(...stuckMs.new)]
    if (same > mostStuckMs)
      faults.push(`${same.toFixed(0)} ms after connect() with the same id some log could be read`)
    return {
      history,
      faults,
      figures: [
        `same id: stuck ${same.toFixed(0)} ms at most`,
        `new id: stuck ${other.toFixed(0)} ms at least, ${Math.max(...stuckMs.new).toFixed(0)} at most (transactionTimeoutMs ${transactionTimeoutMs})`,
      ],
    }
  },
}

async function killHalfway(stage: Stage, life: Parameters<typeof startWriter>[1]): Promise<void> {
  await using writer = startWriter(stage, { ...life, holds: 'half', holdsAt: life.first + 1 })
  await writer.until('connected')
  writer.goOn()
  await writer.until('half')
  await writer.kill()
}

/** @returns after how many ms every log could be read to its end */
async function readableAfter({ view }: Stage): Promise<number> {
  const startedAt = performance.now()
  const limitMs = transactionTimeoutMs + longestLookMs
  await waitFor('the logs can be read to their ends', async () => (await view.lag()) === 0, limitMs)
  return performance.now() - startedAt
}
