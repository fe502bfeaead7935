import type { AccumulatorQueue } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import type { Sender } from '@sluice/sender'

/** Acknowledges every batch at the end of the task in which it could go: what is left is the cost of all before it. */
export function instantSender(partitionCount: number): Sender {
  return {
    start({ queue }) {
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
    },
  }
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

/** No connections. */
export const noNetwork = {
  close: async () => {},
  connect: async () => {},
} as unknown as NetworkClient
