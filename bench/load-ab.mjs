import { createFront } from '@sluice/accumulator/front'
import { createQueue } from '@sluice/accumulator/queue'

import * as P from '@sluice/partitioner'
import { composeProducer, nodeRuntime } from '@sluice/producer/compose'
const leader = { node: 0, epoch: 0 }
const limits = { maxBytes: 1_048_576, busy: false, mayDrain: () => true }
function half(n) {
  let queue
  return { start(toFront) { queue = createQueue({ toFront }); let awake = false
    queue.onWork(() => { if (awake) return; awake = true; queueMicrotask(() => { awake = false
      const topics = queue.takeWantedTopics().map((name) => ({ name, error: null, partitions: Array.from({ length: n }, (_, partition) => ({ topic: name, partition, leader: 0, leaderEpoch: 0, replicas: [0], inSyncReplicas: [0] })) }))
      if (topics.length) queue.publish(topics, null)
      while (queue.ready(performance.now(), () => leader).nodes.size > 0) for (;;) { const bs = queue.drain(0, limits); if (!bs.length) break; for (const b of bs) { queue.settle(b, { error: null, baseOffset: 0n, logAppendTime: -1 }); queue.release(b) } }
    }) }) },
    receive: (m) => queue.receive(m), connect: async () => {}, close: async () => {} }
}
const value = Buffer.alloc(100, 'x')
const keys = Array.from({ length: 10_000 }, (_, i) => `key-${String(i).padStart(12, '0')}`)
export function make(mode) {
  const runtime = nodeRuntime()
  const h = half(12)
  const front = createFront({ runtime, toQueue: (m) => h.receive(m) })
  const part = P.murmur2Partitioner()
  const producer = composeProducer({ partitioner: part, front, sendingHalf: h }, { runtime, maxRequestBytes: 1_048_576 })
  let failed = 0
  const onDelivery = (error) => { if (error !== null) failed++ }
  if (mode === 'send') return async (count) => {
    const ps = []
    for (let i = 0; i < count; i++) ps.push(producer.send({ topic: 'bench', key: keys[i % keys.length], value }))
    await Promise.all(ps)
  }
  if (mode === 'await') return async (count) => {
    const task = async (from) => { for (let i = from; i < count; i += 1000) await producer.send({ topic: 'bench', key: keys[i % keys.length], value }) }
    await Promise.all(Array.from({ length: 1000 }, (_, f) => task(f)))
  }
  return async (count) => {
    for (let i = 0; i < count; i++) {
      const record = { topic: 'bench', key: keys[i % keys.length], value }
      if (!producer.enqueue(record, onDelivery)) await producer.drained()
    }
    await producer.flush()
    if (failed) throw new Error('failed')
  }
}
