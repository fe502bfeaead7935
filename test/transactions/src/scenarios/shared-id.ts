import { History } from '../judge/history.js'
import type { Played, Scenario, Stage } from '../scenario.js'
import type { WriterProcess } from '../writer/writer-process.js'
import { perWriter, startWriter, takeOver } from './lives.js'

const workers = 4
const usualStarts = 24

const told =
  /^failed \d+ PRODUCER_FENCED true .*another producer with transactionalId .* was started.*close it, and give each producer that runs at the same time an id of its own/

/** T11: four workers have one id, and each starts another producer when it is fenced. Each start fences the one before it. */
export const sharedId: Scenario = {
  name: 'shared-id',
  async play(stage: Stage): Promise<Played> {
    const { transactions: starts = usualStarts } = stage
    const [history, faults]: [History, string[]] = [new History(), []]
    const life = { history, transactionalId: stage.nameOf('id') }
    const running: WriterProcess[] = []
    try {
      for (let start = 0; start < starts; start++) {
        const before = running[start % workers]
        if (before !== undefined) faults.push(...(await fencingOf(before)))
        const writer = startWriter(stage, { ...life, first: start * perWriter })
        running[start % workers] = writer
        await writer.until('connected')
        writer.goOn()
        // The one before does not come back, so this one can work.
        await writer.until('committed')
      }
      await takeOver(stage, { ...life, first: starts * perWriter })
      for (const writer of running) faults.push(...(await fencingOf(writer)))
    } finally {
      await Promise.all(running.map((writer) => writer.kill()))
    }
    return { history, figures: [`${starts} starts`, `${starts} fencings told`], faults }
  },
}

/** Waits until it is fenced. @returns what it was told otherwise */
async function fencingOf(writer: WriterProcess): Promise<string[]> {
  const last = await writer.until('failed')
  await writer.ended()
  return told.test(last) ? [] : [`a worker was told: ${last}`]
}
