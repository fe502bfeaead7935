import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { tcpTransport } from '@sluice/network'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'

let cluster: EmbeddedCluster
let topics = 0

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ defaultPartitions: 1 })
})
afterAll(() => cluster.close())

function open(options: Partial<ProducerOptions> = {}): { producer: Producer; topic: string } {
  const { bootstrapServers } = cluster
  return {
    producer: createProducer({ bootstrapServers, ...options }),
    topic: `context-${topics++}`,
  }
}

const asked = new AsyncLocalStorage<object>()
const user = new AsyncLocalStorage<string>()

test('a callback of enqueue sees the stores of its caller, also of the first caller that has one', async () => {
  const { producer, topic } = open()
  await using _ = producer
  // No test of this file has used a store before, so nothing could be known of it.
  const seen: unknown[] = []
  const enqueue = (value: string): unknown =>
    producer.enqueue({ topic, value }, () => seen.push([value, user.getStore()]))
  enqueue('nobody')
  user.run('ann', enqueue, 'a')
  user.run('bob', () => {
    enqueue('b')
    asked.run({}, enqueue, 'c')
  })
  enqueue('again nobody')
  await producer.flush()
  expect(seen).toEqual([
    ['nobody', undefined],
    ['a', 'ann'],
    ['b', 'bob'],
    ['c', 'bob'],
    ['again nobody', undefined],
  ])
})

test('a callback of a refused record sees the store of its caller, and so does what it starts', async () => {
  const { producer, topic } = open({ maxRequestBytes: 65_536 })
  await using _ = producer
  const seen: unknown[] = []
  const record = { topic, value: 'x'.repeat(70_000) }
  user.run('ann', () =>
    producer.enqueue(
      record,
      (error, _metadata, context) => {
        seen.push(error?.code, context, user.getStore())
        setImmediate(() => seen.push(user.getStore()))
      },
      'context',
    ),
  )
  await producer.flush()
  await turn()
  expect(seen).toEqual(['RECORD_TOO_LARGE', 'context', 'ann', 'ann'])
})

test('after a send in a store, that store is seen', async () => {
  const { producer, topic } = open()
  await using _ = producer
  const seen = await user.run('ann', async () => {
    await producer.send({ topic, value: 'a' })
    await producer.sendMany([{ topic, value: 'b' }])
    return user.getStore()
  })
  expect(seen).toBe('ann')
})

test.each(['connect', 'send', 'enqueue'] as const)(
  'sockets, timers and observers of a producer belong to no caller when %s begins in a store',
  async (begin) => {
    const seen: [string, unknown][] = []
    const tell = (what: string) => (): void => void seen.push([what, user.getStore()])
    const tcp = tcpTransport()
    const { producer, topic } = open({
      transport: {
        connect: async (target) => {
          tell('transport')()
          const stream = await tcp.connect(target)
          const { onData } = stream
          return Object.assign(stream, {
            onData: (listener: (chunk: Uint8Array) => void) =>
              onData.call(stream, (chunk) => {
                tell('data')()
                listener(chunk)
              }),
          })
        },
      },
      observer: { connection: tell('connection'), sealed: tell('sealed'), batch: tell('batch') },
    })
    await using _ = producer
    await user.run('ann', async () => {
      if (begin === 'connect') await producer.connect()
      else if (begin === 'send') await producer.send({ topic, value: 'a' })
      else producer.enqueue({ topic, value: 'a' }, () => {})
    })
    await user.run('bob', () => producer.send({ topic, value: 'b' }))
    await turn()
    expect(new Set(seen.map(([what]) => what)).size).toBe(5)
    expect(new Set(seen.map(([, store]) => store))).toEqual(new Set([undefined]))
  },
)

test('the store of the caller that made the producer connect and send is let go', async () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const { producer, topic } = open()
  await using _ = producer
  const store = await (async () => {
    const given = {}
    await asked.run(given, async () => {
      await producer.connect()
      await producer.send({ topic, value: 'a' })
      producer.enqueue({ topic, value: 'b' }, () => {})
      await producer.flush()
    })
    return new WeakRef(given)
  })()
  for (let i = 0; i < 50 && store.deref() !== undefined; i++) {
    await turn()
    gc()
  }
  expect(store.deref()).toBeUndefined()
})

test('a producer that is made in a store belongs to nobody', async () => {
  const { producer, topic } = user.run('ann', () => {
    const warning: unknown[] = []
    return { ...open({ observer: { request: () => warning.push(user.getStore()) } }), warning }
  })
  await using _ = producer
  const seen: unknown[] = []
  producer.enqueue({ topic, value: 'a' }, () => seen.push(user.getStore()))
  await producer.flush()
  expect(seen).toEqual([undefined])
})
