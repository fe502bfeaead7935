import { setImmediate as turn } from 'node:timers/promises'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import type { KafkaError } from '@sluice/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  createProducer,
  type Logger,
  type Producer,
  type ProducerOptions,
} from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'

let cluster: EmbeddedCluster
let opened: Producer
let topics = 0
const unhandled: unknown[] = []
const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ defaultPartitions: 1 })
})
afterAll(() => cluster.close())
beforeEach(() => {
  process.on('unhandledRejection', onUnhandled)
})
afterEach(async () => {
  await opened.close()
  await turn()
  process.off('unhandledRejection', onUnhandled)
  expect(unhandled.splice(0)).toEqual([])
})

const logged: string[] = []
const logger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error: (line) => void logged.push(line),
}

function open(options: Partial<ProducerOptions> = {}): { producer: Producer; topic: string } {
  logged.length = 0
  opened = createProducer({
    ...threadMode,
    bootstrapServers: cluster.bootstrapServers,
    logger,
    ...options,
  })
  return { producer: opened, topic: `rejecting-${topics++}` }
}

const reject = (): unknown => Promise.reject(new Error('boom'))
/** A promise of another library, which has nothing but `then`. */
const thenable = (): object => ({
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tried
  then: (_: unknown, fail: (e: Error) => void) => fail(new Error('boom')),
})
const rejecting = { 'an async function': reject, 'a function that gives a thenable': thenable }

test.each(Object.entries(rejecting))(
  'a delivery callback that is %s and rejects is logged once, and harms no other record',
  async (_, callback) => {
    const { producer, topic } = open()
    const told: unknown[] = []
    producer.enqueue({ topic, value: 'a' }, callback)
    producer.enqueue({ topic, value: 'b' }, callback)
    producer.enqueue({ topic, value: 'c' }, (error) => told.push(error))
    await producer.flush()
    await turn()
    expect(told).toEqual([null])
    expect(logged).toEqual([
      'A delivery callback failed, which is logged once for each function: Error: boom',
    ])
  },
)

test('delivery callbacks that throw for each of a thousand records come to four lines, the last of which counts them', async () => {
  const { producer, topic } = open()
  let called = 0
  for (let at = 0; at < 1_000; at++)
    producer.enqueue({ topic, value: 'a' }, () => {
      called++
      throw new Error(`boom ${at}`)
    })
  await producer.flush()
  expect(called).toBe(1_000)
  const threw = 'A delivery callback threw: Error: boom'
  expect(logged).toEqual([
    `${threw} 0`,
    `${threw} 9 (10 times)`,
    `${threw} 99 (100 times)`,
    `${threw} 999 (1000 times)`,
  ])
})

test('an onDeliveryError that rejects is logged once, and hears of the next failure all the same', async () => {
  const told: string[] = []
  const { producer, topic } = open({
    maxRequestBytes: 65_536,
    onDeliveryError: ({ code }: KafkaError): unknown => {
      told.push(code)
      return reject()
    },
  })
  const value = 'x'.repeat(70_000)
  producer.enqueue({ topic, value })
  producer.enqueue({ topic, value })
  await producer.flush()
  await turn()
  expect(told).toEqual(['RECORD_TOO_LARGE', 'RECORD_TOO_LARGE'])
  expect(logged).toEqual([
    'onDeliveryError failed, which is logged once for each function: Error: boom',
  ])
})

test('a logger whose methods reject becomes one process warning for each method', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const { producer, topic } = open({
    logger: { debug: reject, info: reject, warn: reject, error: reject },
    onDeliveryError: () => {
      throw new Error('told')
    },
    maxRequestBytes: 65_536,
  })
  await producer.send({ topic, value: 'a' })
  for (let i = 0; i < 3; i++) producer.enqueue({ topic, value: 'x'.repeat(70_000) })
  await producer.close()
  await turn()
  const texts = warned.mock.calls.map(([text]) => String(text))
  warned.mockRestore()
  const ofErrors = texts.filter((text) => text.startsWith("The logger's error rejected"))
  expect(ofErrors).toEqual([expect.stringMatching(/once.*Error: boom.*told/)])
  expect(new Set(texts.map((text) => text.split(' rejected')[0])).size).toBe(texts.length)
})

test('an onAppend that rejects is logged once for each topic, and its records are sent', async () => {
  const partitioner = { forTopic: () => ({ partition: () => 0, onAppend: reject as never }) }
  const { producer, topic } = open({ partitioner })
  await producer.sendMany([
    { topic, value: 'a' },
    { topic, value: 'b' },
  ])
  await turn()
  expect(logged).toEqual([
    `onAppend of the partitioner failed for topic ${topic}, which is logged once: Error: boom`,
  ])
})

test.each([
  ['rejects', reject],
  ['resolves', (): unknown => Promise.resolve(0)],
  ['is a thenable', thenable],
])(
  'a partition that gives a promise is PARTITIONER_FAILED, also where the promise %s',
  async (_, partition) => {
    const partitioner = { forTopic: () => ({ partition: partition as never }) }
    const { producer, topic } = open({ partitioner })
    const sent = producer.send({ topic, value: 'a' })
    await expect(sent).rejects.toMatchObject({
      code: 'PARTITIONER_FAILED',
      topic,
      persisted: 'no',
      message: expect.stringMatching(/partition\(\).*a promise.*give the number itself/),
    })
    await turn()
    expect(logged).toEqual([])
  },
)

test('a forTopic that gives a promise is PARTITIONER_FAILED, also where the promise rejects', async () => {
  const { producer, topic } = open({ partitioner: { forTopic: reject as never } })
  await expect(producer.send({ topic, value: 'a' })).rejects.toMatchObject({
    code: 'PARTITIONER_FAILED',
    topic,
    message: expect.stringMatching(/forTopic.*a promise/),
  })
})
