import type { QueueBatch } from '@sluice/accumulator'
import type { Attempt } from '../src/partition/attempt.js'

/** An attempt at the leader of the first topic. */
export const attempt: Attempt = {
  at: 0,
  node: 1,
  connection: 1,
  leaderEpoch: 1,
  topicId: 'first',
  recreations: 0,
}
let lastId = 0

/** A batch of partition 0, appended behind all that were made before. */
export function batchOf(count = 1): QueueBatch {
  const id = ++lastId
  return {
    id,
    topic: 'orders',
    partition: 0,
    first: 0,
    count,
    baseTimestamp: 0,
    maxTimestamp: 0,
    since: 0,
    deadline: 0,
    payload: new Uint8Array(0),
    codecId: 0,
    isBefore: (other) => id < other.id,
  }
}
