import type { History } from '../judge/history.js'
import type { Stage } from '../scenario.js'
import { WriterProcess, type WriterOptions } from '../writer/writer-process.js'

/** So many transactions, at most, does one process play: the next one counts on from there. */
export const perWriter = 1_000_000

/** One process of those that use an id one after the other. */
export interface Life extends Partial<WriterOptions> {
  readonly history: History
  readonly transactionalId: string
  /** The number of its first transaction. */
  readonly first: number
}

export function startWriter(stage: Stage, { history, ...life }: Life): WriterProcess {
  const { kafka, topic, partitions, random } = stage
  const { bootstrapServers } = kafka
  const seed = Math.floor(random() * 2 ** 31)
  const usual = { bootstrapServers, topic, partitions, seed, count: perWriter, mostPauseMs: 20 }
  return new WriterProcess({ ...usual, ...life }, history)
}

/** The last one ends by itself, so that no transaction is left open. */
export async function takeOver(stage: Stage, life: Life): Promise<void> {
  await using writer = startWriter(stage, { ...life, count: 3 })
  await writer.until('connected')
  writer.goOn()
  await writer.until('done')
  await writer.ended()
}
