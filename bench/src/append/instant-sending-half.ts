import type { AccumulatorQueue } from '@sluice/accumulator'
import type { createQueue, QueueOptions } from '@sluice/accumulator/queue'
import type { SendingHalf } from '@sluice/producer/compose'

/**
 * A sending half without brokers. It acknowledges every batch at the end of the task in which the batch could go, so only
 * the cost of the stages before it is measured.
 *
 * @param makeQueue - `createQueue` of this checkout, or of another one
 */
export function instantSendingHalf(
  makeQueue: typeof createQueue,
  partitionCount: number,
  options: Omit<QueueOptions, 'toFront'>,
): SendingHalf {
  let queue: AccumulatorQueue
  return {
    start(toFront) {
      queue = makeQueue({ ...options, toFront })
      acknowledgeAll(queue, partitionCount)
    },
    receive: (message) => queue.receive(message),
    connect: async () => {},
    close: async () => {},
  }
}

function acknowledgeAll(queue: AccumulatorQueue, partitionCount: number): void {
  let awake = false
  queue.onWork(() => {
    if (awake) return
    awake = true
    queueMicrotask(() => {
      awake = false
      publish(queue, partitionCount)
      acknowledge(queue)
    })
  })
}

function publish(queue: AccumulatorQueue, partitionCount: number): void {
  const topics = queue.takeWantedTopics().map((name) => ({
    name,
    error: null,
    partitions: Array.from({ length: partitionCount }, (_, partition) => ({
      topic: name,
      partition,
      leader: 0,
      leaderEpoch: 0,
      replicas: [0],
      inSyncReplicas: [0],
    })),
  }))
  if (topics.length > 0) queue.publish(topics, null)
}

const leader = { node: 0, epoch: 0 }
const limits = { maxBytes: 1_048_576, busy: false, mayDrain: () => true }

function acknowledge(queue: AccumulatorQueue): void {
  while (queue.ready(performance.now(), () => leader).nodes.size > 0) {
    for (;;) {
      const batches = queue.drain(leader.node, limits)
      if (batches.length === 0) break
      for (const batch of batches) {
        queue.settle(batch, { error: null, baseOffset: 0n, logAppendTime: -1 })
        queue.release(batch)
      }
    }
  }
}
