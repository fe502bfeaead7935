import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import type { ProducerRecord } from '@sluice/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'

let cluster: EmbeddedCluster
let topics = 0

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ brokers: 2, defaultPartitions: 4 })
})
afterAll(() => cluster.close())

const keys = 17

/** The numbers from 0 up to `count`, each with the next of the keys in turn. */
function* keyed(topic: string, count: number): Generator<ProducerRecord> {
  for (let number = 0; number < count; number++)
    yield { topic, key: `k${number % keys}`, value: `${number}` }
}

/** All numbers are there once, and those of a key in their order. */
function expectAllInOrder(topic: string, count: number): void {
  const last = new Map<string, number>()
  const records = cluster.records(topic)
  for (const { key, value } of records) {
    const number = Number(value)
    const before = last.get(String(key)) ?? -keys + (number % keys)
    expect(number).toBe(before + keys)
    last.set(String(key), number)
  }
  expect(records).toHaveLength(count)
}

describe.each([{}, { senderThread: true }] as const)('with %o a stream', (thread) => {
  const open = (options: Partial<ProducerOptions> = {}): { producer: Producer; topic: string } => ({
    producer: createProducer({
      ...thread,
      bootstrapServers: cluster.bootstrapServers,
      ...options,
    }),
    topic: `streamed-${topics++}`,
  })

  test('writes the lines of a file, which are all there when the pipeline ends', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-lines-'))
    const { producer, topic } = open({ lingerMs: 10_000, bufferBytes: 262_144 })
    await using _ = producer
    const count = 20_000
    await writeFile(
      join(folder, 'lines'),
      Array.from({ length: count }, (unused, number) => `k${number % keys} ${number}\n`).join(''),
    )
    await pipeline(
      createInterface({ input: createReadStream(join(folder, 'lines')) }),
      async function* (lines: AsyncIterable<string>) {
        for await (const line of lines) {
          const [key = '', value = ''] = line.split(' ')
          yield { topic, key, value }
        }
      },
      producer.writable(),
    )
    expectAllInOrder(topic, count)
    await rm(folder, { recursive: true })
  })

  test('ends while records linger, without waiting for lingerMs', async () => {
    const { producer, topic } = open({ lingerMs: 60_000 })
    await using _ = producer
    await pipeline(keyed(topic, 10), producer.writable())
    expectAllInOrder(topic, 10)
  })

  test('is a WritableStream of the Web, too', async () => {
    const { producer, topic } = open({ bufferBytes: 65_536 })
    await using _ = producer
    const count = 5_000
    const source = Readable.toWeb(Readable.from(keyed(topic, count)))
    await source.pipeTo(Writable.toWeb(producer.writable()))
    expectAllInOrder(topic, count)
  })

  test('of the Web fails with the error of a record', async () => {
    const { producer, topic } = open({ maxRequestBytes: 2_000, batchBytes: 1_024 })
    await using _ = producer
    const records = [...keyed(topic, 5), { topic, value: 'x'.repeat(3_000) }, ...keyed(topic, 5)]
    const sent = Readable.toWeb(Readable.from(records)).pipeTo(Writable.toWeb(producer.writable()))
    await expect(sent).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE', persisted: 'no' })
    expect((await producer.send({ topic, value: '' })).topic).toBe(topic)
  })

  test('counts how all records have ended after one of them failed in the middle', async () => {
    const { producer, topic } = open({ maxRequestBytes: 20_000, batchBytes: 8_192 })
    await using _ = producer
    const count = 10_000
    const source = Readable.from(
      (function* () {
        for (const record of keyed(topic, count)) yield record
        yield { topic, value: 'x'.repeat(30_000) }
        for (const record of keyed(topic, count)) yield record
      })(),
    )
    const stream = producer.writable()
    await expect(pipeline(source, stream)).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' })
    expect(source.destroyed).toBe(true)
    await producer.flush()
    const { acknowledged, failed, unsettled } = stream.records
    expect([failed, unsettled]).toEqual([1, 0])
    expect(acknowledged).toBeGreaterThanOrEqual(count)
    expect(cluster.records(topic)).toHaveLength(acknowledged)
  })
})
