import type { Attempt } from '../src/partition/attempt.js'
import type { Partition } from '../src/partition/partition.js'
import type { SentBatch } from '../src/partition/sent-batch.js'
import type { ProducerIdAndEpoch } from '../src/producer-id/epochs.js'
import { attempt, batchOf } from './sent-batches.js'

/** What a partition begins with. */
export const first: ProducerIdAndEpoch = { id: 7n, epoch: 0 }

/** Sends a batch of so many records and leaves it in flight. */
export function fly(partition: Partition, count = 1, initial = first): SentBatch {
  return partition.send(batchOf(count), attempt, initial)
}

/** Sends a batch that is answered by an error, and is to be sent again. */
export function queued(partition: Partition): SentBatch {
  const sent = fly(partition)
  partition.window.answered(sent)
  return sent
}

/** The same, and the batch may have been written. */
export function unresolved(partition: Partition, byName = false): SentBatch {
  const sent = queued(partition)
  partition.window.noteUnresolved(sent, byName, false)
  return sent
}

/** Sends the batch again, and it may have been written by this attempt, too. */
export function tryAgain(partition: Partition, sent: SentBatch, more: Partial<Attempt> = {}): void {
  partition.send(sent.batch, { ...attempt, ...more }, null)
  partition.window.answered(sent)
  partition.window.noteUnresolved(sent, false, false)
}
