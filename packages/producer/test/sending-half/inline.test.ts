import { AsyncLocalStorage } from 'node:async_hooks'
import type { AccumulatorQueue, ToFront, ToQueue } from '@sluice/accumulator'
import { createQueue } from '@sluice/accumulator/queue'
import { createNetworkClient, tcpTransport } from '@sluice/network'
import type { Sender, SenderStages, Transactions } from '@sluice/sender'
import { expect, onTestFinished, test } from 'vitest'
import { inlineSendingHalf, type SendingHalf } from '../../src/compose.js'
import { nodeRuntime } from '../../src/runtime.js'

interface Joined {
  readonly sendingHalf: SendingHalf
  readonly started: SenderStages[]
  readonly calls: unknown[]
  readonly queue: () => AccumulatorQueue
}

function joined(sender: Partial<Sender> = {}): Joined {
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
    sender: { start: (stages) => void started.push(stages), ...sender },
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

test('the inline sending half has the transactions of its sender from start on, and none where that has none', () => {
  const plain = joined().sendingHalf
  plain.start(() => {})
  expect(plain.transactions).toBeUndefined()
  const { sendingHalf } = joined({ transactions: {} as Transactions })
  expect(sendingHalf.transactions).toBeUndefined()
  sendingHalf.start(() => {})
  expect(sendingHalf.transactions).toBeDefined()
})

test('each call of a transaction of the inline sending half runs in the context of no call', async () => {
  const storage = new AsyncLocalStorage<string>()
  // Else every promise of the files that run after this one would take more memory, which some of them measure.
  onTestFinished(() => storage.disable())
  const calls: unknown[] = []
  const called =
    (name: string) =>
    async (...given: unknown[]): Promise<void> => {
      await Promise.resolve()
      calls.push([name, ...given, storage.getStore()])
    }
  const transactions: Transactions = {
    initialize: called('initialize'),
    begin: called('begin'),
    sendOffsets: called('sendOffsets'),
    end: called('end'),
  }
  const { sendingHalf } = joined({ transactions })
  sendingHalf.start(() => {})
  const offsets = {
    groupId: 'g',
    memberId: '',
    generationId: -1,
    groupInstanceId: null,
    offsets: [],
  }
  await storage.run('a call', async () => {
    await sendingHalf.transactions?.initialize()
    await sendingHalf.transactions?.begin()
    await sendingHalf.transactions?.sendOffsets(offsets)
    await sendingHalf.transactions?.end(true)
    await sendingHalf.transactions?.end(false)
    expect(storage.getStore()).toBe('a call')
  })
  expect(calls).toEqual([
    ['initialize', undefined],
    ['begin', undefined],
    ['sendOffsets', offsets, undefined],
    ['end', true, undefined],
    ['end', false, undefined],
  ])
})
