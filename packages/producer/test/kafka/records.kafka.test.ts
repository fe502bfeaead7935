import { isDeepStrictEqual } from 'node:util'
import type { CompressionCodec, ProducerRecord, RecordMetadata } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import {
  isExternal,
  type KafkaCluster,
  readWithJava,
  type ReadRecord,
  readWithKcat,
  sharedKafka,
} from '@sluice/test-kafka'
import { beforeAll, describe, expect, test } from 'vitest'
import { createProducer, type Producer } from '../../src/index.js'
import { type Expected, expectedOf, variedRecord } from '../fixtures/varied-records.js'

/** One version where the environment names it, or a running cluster is used; else both that we promise. */
const versions =
  process.env['SLUICE_KAFKA'] || process.env['KAFKA_VERSION']
    ? [process.env['KAFKA_VERSION']]
    : ['4.3.1', '3.9.2']
const codecs: [string, CompressionCodec | undefined][] = [
  ['none', undefined],
  ['gzip', gzip()],
]
/** `npm run test:versions` has many versions to try, and sends fewer to each. */
const perCodec = Number(process.env['SLUICE_RECORDS'] ?? 100_000)

describe.each(versions)('Apache Kafka %s', (version) => {
  let kafka: KafkaCluster
  const run = Date.now().toString(36)

  beforeAll(async () => {
    kafka = await sharedKafka(version)
  })

  test.each(codecs)(
    `holds ${perCodec} varied records once each, byte for byte, at the offset that send returned (%s)`,
    async (name, compression) => {
      const topic = `varied-${name}-${run}`
      await kafka.createTopic(topic, 12)
      const records = Array.from({ length: perCodec }, (_, i) => variedRecord(topic, i))
      const started = Date.now()
      await using producer = createProducer({
        bootstrapServers: kafka.bootstrapServers,
        ...(compression && { compression }),
      })
      const sent = await sendAll(producer, records)
      const log = await readWithJava(kafka.bootstrapServers, topic)
      expect(log).toHaveLength(perCodec)
      expect(
        differences(
          records.map((record, i) => [record, sent[i]!]),
          log,
        ),
      ).toEqual([])
      expect(
        sent.every(
          ({ timestamp }, i) => timestamp === records[i]!.timestamp || timestamp >= started,
        ),
      ).toBe(true)
    },
  )

  test('is read by kcat too', async () => {
    const topic = `kcat-${run}`
    await kafka.createTopic(topic, 3)
    await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers })
    const values = Array.from({ length: 500 }, (_, i) => `value ${i}`)
    await producer.sendMany(values.map((value, i) => ({ topic, key: `k${i % 10}`, value })))
    const read = await readWithKcat(kafka.bootstrapServers, topic)
    expect(read.map(({ value }) => String(value)).toSorted()).toEqual(values.toSorted())
  })

  test('creates a topic that is not there, and the first send waits for it', async () => {
    await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers })
    const { offset } = await producer.send({ topic: `auto-${run}`, value: 'x' })
    expect(offset).toBe(0n)
    expect(isExternal(kafka)).toBe(Boolean(process.env['SLUICE_KAFKA']))
  })
})

/** Not awaited one by one, with a pause whenever the buffer is half full. */
async function sendAll(
  producer: Producer,
  records: readonly ProducerRecord[],
): Promise<RecordMetadata[]> {
  const sends: Promise<RecordMetadata>[] = []
  for (const record of records) {
    sends.push(producer.send(record))
    if (sends.length % 1_000 === 0) await producer.drained()
  }
  return Promise.all(sends)
}

/** The records that are not once in the log as they were sent, at the place their send told, in the order of sending. */
function differences(
  sends: readonly (readonly [ProducerRecord, RecordMetadata])[],
  log: readonly ReadRecord[],
): number[] {
  const byPlace = new Map(log.map((read) => [`${read.partition}/${read.offset}`, read]))
  const lastOffsets = new Map<number, bigint>()
  return sends.flatMap(([record, { partition, offset, timestamp }], number) => {
    const place = `${partition}/${offset}`
    const read = byPlace.get(place)
    // Each place counts once: with as many records in the log as were sent, none is missing or doubled.
    byPlace.delete(place)
    const inOrder = offset > (lastOffsets.get(partition) ?? -1n)
    lastOffsets.set(partition, offset)
    const asSent = { partition, timestamp, ...expectedOf(record) }
    return inOrder && read !== undefined && isDeepStrictEqual(fieldsOf(read), asSent)
      ? []
      : [number]
  })
}

function fieldsOf({ key, value, headers, partition, timestamp }: ReadRecord): Expected {
  return { key, value, headers, partition, timestamp }
}
