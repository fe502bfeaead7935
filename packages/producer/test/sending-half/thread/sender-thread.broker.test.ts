import { AsyncLocalStorage } from 'node:async_hooks'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { KafkaError, RecordMetadata } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { expect, onTestFinished, test } from 'vitest'
import { createProducer, type ProducerOptions } from '../../../src/index.js'
import { producersOfFile } from '../../producers-of-file.js'

const file = producersOfFile('thread', 3)

function open(options: Partial<ProducerOptions> = {}) {
  return file.open({ senderThread: true, ...options })
}

test('a producer with a sender thread sends what one without sends, in order, and closes', async () => {
  const { producer, topic } = open()
  const values = Array.from({ length: 2_000 }, (_, at) => `${at}`)
  const sent = await Promise.all(
    values.map((value) => producer.send({ topic, partition: 1, value })),
  )
  expect(sent.map(({ offset }) => Number(offset))).toEqual(values.map(Number))
  await producer.close()
  expect(file.valuesOf(topic)).toEqual(values)
})

test('a codec of this family is made again on the sender thread', async () => {
  const { producer, topic } = open({ compression: gzip() })
  await producer.connect()
  const metadata = await producer.sendMany(
    Array.from({ length: 100 }, (_, at) => ({ topic, partition: 0, value: `value ${at}` })),
  )
  expect(metadata).toHaveLength(100)
  expect(file.valuesOf(topic)).toHaveLength(100)
})

test('the memory of batches comes back from the sender thread, so that far more than bufferBytes can be sent', async () => {
  const { producer, topic } = open({ bufferBytes: 262_144, batchBytes: 16_384 })
  const value = 'x'.repeat(1_000)
  const sends: Promise<RecordMetadata>[] = []
  for (let at = 0; at < 3_000; at++) {
    sends.push(producer.send({ topic, partition: at % 3, value }))
    if (at % 100 === 99) await Promise.all(sends)
  }
  await producer.flush()
  expect(file.valuesOf(topic)).toHaveLength(3_000)
})

test('no memory of the caller is detached by a sender thread', async () => {
  const { producer, topic } = open()
  const slab = new ArrayBuffer(100_000)
  const pooled = Buffer.from('pooled')
  const shared = new Uint8Array(new SharedArrayBuffer(10)).fill(7)
  const whole = new Uint8Array(slab).fill(1)
  await Promise.all(
    [pooled, Buffer.from(shared), whole, whole.subarray(5, 10)].map((value) =>
      producer.send({ topic, partition: 0, key: value.subarray(0, 3), value }),
    ),
  )
  expect([slab.byteLength, pooled.toString(), shared[0]]).toEqual([100_000, 'pooled', 7])
})

test('what the sender thread says runs callbacks in the contexts of their callers', async () => {
  const { producer, topic } = open()
  const storage = new AsyncLocalStorage<string>()
  onTestFinished(() => storage.disable())
  const seen: [string, string | undefined][] = []
  const enqueue = (value: string): unknown =>
    producer.enqueue({ topic, value }, () => seen.push([value, storage.getStore()]))
  storage.run('ann', enqueue, 'a')
  await producer.flush()
  enqueue('nobody')
  storage.run('bob', enqueue, 'b')
  await producer.flush()
  expect(seen).toHaveLength(3)
  expect(new Map(seen)).toEqual(
    new Map([
      ['a', 'ann'],
      ['b', 'bob'],
      ['nobody', undefined],
    ]),
  )
})

test('an error of the cluster crosses with its code, topic and partition', async () => {
  const { producer } = open({ allowAutoTopicCreation: false })
  const error = await producer
    .send({ topic: 'thread no such name', value: 'a' })
    .catch((caught: unknown) => caught as KafkaError)
  expect(error).toMatchObject({ code: 'INVALID_TOPIC_EXCEPTION', persisted: 'no' })
})

test('a connect that is aborted rejects at once, and one that finds nobody tells why, also in lines for the logger', async () => {
  const lines: string[] = []
  const line = (text: string): void => void lines.push(text)
  const logger = { debug: line, info: line, warn: line, error: line }
  const producer = createProducer({ bootstrapServers: 'localhost:1', senderThread: true, logger })
  const controller = new AbortController()
  const aborted = producer.connect({ signal: controller.signal })
  controller.abort()
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
  await expect(producer.connect()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' })
  await producer.close()
  expect(lines.join()).toContain('localhost:1')
})

test('functions for servers and credentials are called on the thread of the program', async () => {
  const { cluster } = file
  let asked = 0
  const { producer, topic } = open({
    bootstrapServers: async () => {
      asked++
      return cluster.bootstrapServers
    },
  })
  await producer.send({ topic, value: 'a' })
  expect(asked).toBeGreaterThan(0)
})

test('events of the sender thread come to the observer of the program', async () => {
  const seen = new Set<string>()
  const { producer, topic } = open({
    observer: {
      request: ({ api }) => void seen.add(api),
      batch: () => void seen.add('batch'),
      sealed: () => void seen.add('sealed'),
    },
  })
  await producer.send({ topic, value: 'a' })
  await producer.close()
  expect([...seen]).toEqual(expect.arrayContaining(['Produce', 'Metadata', 'batch', 'sealed']))
})

test('a module that cannot be imported on the sender thread fails connect and records, with what to do', async () => {
  const compression = {
    ...gzip(),
    portable: { module: 'no-such-codec', export: 'codec', options: undefined },
  }
  const { producer, topic } = open({ compression, maxBlockMs: 1_000 })
  const error = await producer.connect().catch((caught: unknown) => caught as KafkaError)
  expect(error).toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringMatching(
      /compression cannot be made again.*no-such-codec.*mend compression.portable/,
    ),
  })
  await expect(producer.send({ topic, value: 'a' })).rejects.toMatchObject({
    code: 'METADATA_TIMEOUT',
    persisted: 'no',
    message: expect.stringContaining('no-such-codec'),
  })
})

test('an event loop that stands still does not keep the sender thread from sending what was handed over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-thread-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const arrived = join(folder, 'arrived')
  const script = fileURLToPath(new URL('../../fixtures/telling-cluster.ts', import.meta.url))
  const execArgv = ['--import', 'tsx', '--conditions=@sluice/source']
  const cluster = fork(script, [arrived, '501'], { execArgv })
  onTestFinished(() => void cluster.kill())
  const [{ bootstrapServers }] = (await once(cluster, 'message')) as [
    { bootstrapServers: string[] },
  ]
  await using producer = createProducer({ bootstrapServers, senderThread: true, batchRecords: 50 })
  await producer.send({ topic: 't', value: 'ahead' })
  const sends = Array.from({ length: 500 }, (_, at) =>
    producer.send({ topic: 't', value: `${at}` }),
  )
  await Promise.resolve()
  // Not one turn of this event loop passes before all records are in the log.
  const never = new Int32Array(new SharedArrayBuffer(4))
  while (!existsSync(arrived)) Atomics.wait(never, 0, 0, 10)
  const acknowledged = await Promise.all(sends)
  expect(acknowledged.map(({ offset }) => Number(offset))).toEqual(
    Array.from({ length: 500 }, (_, at) => at + 1),
  )
})
