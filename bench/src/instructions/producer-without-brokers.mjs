import { fromBuild } from './packages-of-a-build.mjs'

const partitionCount = 12
const leader = { node: 0, epoch: 0 }
const limits = { maxBytes: 1_048_576, busy: false, mayDrain: () => true }

/** The stages before the sender, with a sending half that acknowledges each batch at once. */
export async function producerWithoutBrokers(checkout) {
  const { createFront } = await fromBuild(checkout, 'accumulator/dist/front')
  const { createQueue } = await fromBuild(checkout, 'accumulator/dist/queue')
  const { murmur2Partitioner } = await fromBuild(checkout, 'partitioner/dist/index')
  const { composeProducer, nodeRuntime } = await fromBuild(checkout, 'producer/dist/compose')
  const runtime = nodeRuntime()
  const sendingHalf = instantSendingHalf(createQueue)
  const front = createFront({ runtime, toQueue: (message) => sendingHalf.receive(message) })
  const stages = { partitioner: murmur2Partitioner(), front, sendingHalf }
  return composeProducer(stages, { runtime, maxRequestBytes: limits.maxBytes })
}

function instantSendingHalf(createQueue) {
  let queue
  return {
    start(toFront) {
      queue = createQueue({ toFront })
      acknowledgeAll(queue)
    },
    receive: (message) => queue.receive(message),
    connect: async () => {},
    close: async () => {},
  }
}

function acknowledgeAll(queue) {
  let awake = false
  queue.onWork(() => {
    if (awake) return
    awake = true
    queueMicrotask(() => {
      awake = false
      const topics = queue.takeWantedTopics().map(known)
      if (topics.length > 0) queue.publish(topics, null)
      while (queue.ready(performance.now(), () => leader).nodes.size > 0) acknowledge(queue)
    })
  })
}

function acknowledge(queue) {
  for (const batch of queue.drain(leader.node, limits)) {
    queue.settle(batch, { error: null, baseOffset: 0n, logAppendTime: -1 })
    queue.release(batch)
  }
}

function known(name) {
  const partitions = Array.from({ length: partitionCount }, (_, partition) => {
    const replicas = { replicas: [0], inSyncReplicas: [0] }
    return { topic: name, partition, leader: 0, leaderEpoch: 0, ...replicas }
  })
  return { name, error: null, partitions }
}
