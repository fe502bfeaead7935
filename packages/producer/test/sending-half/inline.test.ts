import type { AccumulatorQueue, ToFront, ToQueue } from '@sluice/accumulator'
import { createQueue } from '@sluice/accumulator/queue'
import { createNetworkClient, tcpTransport } from '@sluice/network'
import type { SenderStages } from '@sluice/sender'
import { expect, test } from 'vitest'
import { inlineSendingHalf, type SendingHalf } from '../../src/compose.js'
import { nodeRuntime } from '../../src/runtime.js'

interface Joined {
  readonly sendingHalf: SendingHalf
  readonly started: SenderStages[]
  readonly calls: unknown[]
  readonly queue: () => AccumulatorQueue
}

function joined(): Joined {
  const started: SenderStages[] = []
  const calls: unknown[] = []
  let queue: AccumulatorQueue
  const network = createNetworkClient({
    bootstrapServers: 'localhost:1',
    transport: tcpTransport(),
    runtime: nodeRuntime(),
  })
  const sendingHalf = inlineSendingHalf({
    queue: (toFront) => (queue = createQueue({ toFront })),
    sender: { start: (stages) => void started.push(stages) },
    network: Object.assign(network, {
      connect: async (options: unknown) => void calls.push(['connect', options]),
      close: async () => void calls.push(['close']),
    }),
  })
  return { sendingHalf, started, calls, queue: () => queue }
}

test('the inline sending half starts the sender with its queue and its network', () => {
  const { sendingHalf, started, queue } = joined()
  sendingHalf.start(() => {})
  expect(started).toHaveLength(1)
  expect(started[0]!.queue).toBe(queue())
})

test('a message to the inline sending half is a direct call of its queue, and so is the answer', () => {
  const { sendingHalf, queue } = joined()
  const told: ToFront[] = []
  sendingHalf.start((message) => void told.push(message))
  const topic: ToQueue = { type: 'topic', topic: 'orders' }
  sendingHalf.receive(topic)
  expect(queue().takeWantedTopics()).toEqual(['orders'])
  queue().publish([{ name: 'orders', error: null, partitions: [] }], null)
  expect(told).toEqual([
    {
      type: 'metadata',
      topics: [{ name: 'orders', error: null, partitions: [] }],
      failure: null,
    },
  ])
})

test('the inline sending half connects and closes its network', async () => {
  const { sendingHalf, calls } = joined()
  const { signal } = new AbortController()
  await sendingHalf.connect({ signal })
  await sendingHalf.close()
  expect(calls).toEqual([['connect', { signal }], ['close']])
})
