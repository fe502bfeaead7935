import type { Partitioner } from '@sluice/partitioner'
import type { KafkaError, RecordMetadata } from '@sluice/protocol'
import { describe, expect, test, vi } from 'vitest'
import { PacedProducer, pacedSizes } from './paced-producer.js'

const { bufferBytes, maxBlockMs } = pacedSizes
const thousandBytes = 'x'.repeat(1_000)
/** Ten times as much as the memory holds. */
const count = Math.floor((10 * bufferBytes) / 1_000)

const recordsOf = (length: number, topic = 't') =>
  Array.from({ length }, () => ({ topic, value: thousandBytes }))

/** How a call ends, once it does. */
function endOf<T>(sent: Promise<T>): { result: T | undefined; error: KafkaError | undefined } {
  const end: ReturnType<typeof endOf<T>> = { result: undefined, error: undefined }
  sent.then(
    (result) => (end.result = result),
    (error: KafkaError) => (end.error = error),
  )
  return end
}

async function reactions(): Promise<void> {
  for (let times = 0; times < 20; times++) await Promise.resolve()
}

const offsetsOf = (results: readonly RecordMetadata[] | undefined): number[] =>
  results!.map(({ offset }) => Number(offset))

describe('a sendMany of ten times bufferBytes', () => {
  test.each(['known', 'not known yet'])(
    'is sent whole and in order, to a topic that is %s',
    async (when) => {
      const paced = new PacedProducer()
      if (when === 'known') paced.learn()
      const many = endOf(paced.producer.sendMany(recordsOf(count)))
      if (when !== 'known') paced.learn()
      const largest = paced.acknowledgeAll()
      await reactions()
      expect(offsetsOf(many.result)).toEqual(Array.from({ length: count }, (_, at) => at))
      expect(largest * 1_000).toBeLessThan(bufferBytes)
    },
  )

  test('goes before all that is sent later, alone or together', async () => {
    const paced = new PacedProducer()
    paced.learn()
    const many = endOf(paced.producer.sendMany(recordsOf(count)))
    const one = endOf(paced.producer.send({ topic: 't', value: 'later' }))
    const manyMore = endOf(paced.producer.sendMany(recordsOf(count)))
    const last = endOf(paced.producer.send({ topic: 't', value: 'last' }))
    paced.acknowledgeAll()
    await reactions()
    const all = [many.result!, [one.result!], manyMore.result!, [last.result!]]
    expect(offsetsOf(all.flat())).toEqual(Array.from({ length: 2 * count + 2 }, (_, at) => at))
  })

  test('over several topics ends in the order of its input', async () => {
    const paced = new PacedProducer()
    const topics = ['a', 'b', 'c']
    const records = recordsOf(count).map((record, at) => ({ ...record, topic: topics[at % 3]! }))
    const many = endOf(paced.producer.sendMany(records))
    for (const topic of topics) paced.learn(topic)
    paced.acknowledgeAll()
    await reactions()
    expect(many.result!.map(({ topic }) => topic)).toEqual(records.map(({ topic }) => topic))
  })

  test('is waited for by flush', async () => {
    const paced = new PacedProducer()
    paced.learn()
    const many = endOf(paced.producer.sendMany(recordsOf(count)))
    const flushed = endOf(paced.producer.flush().then(() => many.result?.length))
    paced.acknowledge()
    await reactions()
    expect([many.result, flushed.result]).toEqual([undefined, undefined])
    paced.acknowledgeAll()
    await reactions()
    expect(flushed.result).toBe(count)
  })

  test('may take longer than maxBlockMs as long as records go on, and fails that long after the last has', async () => {
    const paced = new PacedProducer()
    paced.learn()
    const many = endOf(paced.producer.sendMany(recordsOf(count)))
    for (let times = 0; times < 3; times++) {
      paced.clock.advance(maxBlockMs - 1)
      paced.acknowledge()
    }
    await reactions()
    paced.clock.advance(maxBlockMs - 1)
    await reactions()
    expect(many.error).toBeUndefined()
    paced.clock.advance(1)
    paced.acknowledgeAll()
    await reactions()
    const results = many.error!.results!
    const sent = results.findIndex((result) => result instanceof Error)
    expect(sent).toBeGreaterThan(80)
    expect(results.slice(sent)).toEqual(
      Array.from({ length: count - sent }, () =>
        expect.objectContaining({ code: 'BUFFER_FULL', persisted: 'no' }),
      ),
    )
  })

  test('fails the rest when the producer is closed', async () => {
    const paced = new PacedProducer()
    paced.learn()
    const many = endOf(paced.producer.sendMany(recordsOf(count)))
    paced.acknowledge()
    void paced.producer.close({ timeoutMs: 0 })
    await reactions()
    paced.clock.advance(0)
    await reactions()
    paced.failTheRest()
    await reactions()
    expect(many.error).toMatchObject({
      code: 'PARTIAL_FAILURE',
      cause: { code: 'PRODUCER_CLOSED' },
    })
  })

  test('fails with the error of a topic that the cluster refuses', async () => {
    const paced = new PacedProducer()
    const many = endOf(paced.producer.sendMany(recordsOf(count)))
    paced.learn('t', 0, 'TOPIC_AUTHORIZATION_FAILED')
    await reactions()
    expect(many.error?.results?.map((result) => (result as KafkaError).code)).toEqual(
      Array.from({ length: count }, () => 'TOPIC_AUTHORIZATION_FAILED'),
    )
  })
})

describe('a sendMany of ten times bufferBytes that is aborted', () => {
  test('tells the truth, sends no record more, and lets later records go on', async () => {
    const paced = new PacedProducer()
    paced.learn()
    const controller = new AbortController()
    const many = endOf(paced.producer.sendMany(recordsOf(count), { signal: controller.signal }))
    const later = endOf(paced.producer.send({ topic: 't', value: 'later' }))
    const sent = paced.acknowledge()
    controller.abort()
    paced.acknowledgeAll()
    await reactions()
    expect(many.error).toMatchObject({ code: 'ABORTED', persisted: 'possibly' })
    expect(sent).toBeLessThan(count / 5)
    expect(Number(later.result!.offset)).toBeLessThan(count / 5)
  })

  test('before the topic is known was surely not sent', async () => {
    const paced = new PacedProducer()
    const controller = new AbortController()
    const many = endOf(paced.producer.sendMany(recordsOf(count), { signal: controller.signal }))
    controller.abort()
    paced.learn()
    await reactions()
    expect(many.error).toMatchObject({ code: 'ABORTED', persisted: 'no' })
    expect(paced.acknowledgeAll()).toBe(0)
  })

  test.each([0, 1, 100])(
    'by its own partitioner after %i others tells the truth',
    async (before) => {
      const controller = new AbortController()
      const partition = vi.fn<() => number>(() => {
        if (partition.mock.calls.length === before + 1) controller.abort()
        return 0
      })
      const paced = new PacedProducer({ partitioner: { forTopic: () => ({ partition }) } })
      const many = endOf(paced.producer.sendMany(recordsOf(count), { signal: controller.signal }))
      paced.learn()
      const sent = paced.acknowledgeAll()
      await reactions()
      expect(many.error).toMatchObject({ code: 'ABORTED', persisted: 'possibly' })
      expect(sent).toBeGreaterThan(0)
      expect(partition.mock.calls.length).toBeLessThan(count / 2)
    },
  )
})

describe('a record of a sendMany that has to wait', () => {
  test('fails alone when its partition does not exist, its bytes are gone, or it could never fit', async () => {
    const paced = new PacedProducer()
    paced.learn()
    const gone = new Uint8Array(10)
    const bad = [
      { topic: 't', value: 'v', partition: 7 },
      { topic: 't', value: gone },
      { topic: 't', value: 'x'.repeat(2 * bufferBytes) },
    ]
    const filling = recordsOf(Math.floor(bufferBytes / 1_000))
    const many = endOf(paced.producer.sendMany([...filling, ...bad, ...recordsOf(10)]))
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    paced.acknowledgeAll()
    await reactions()
    const failed = many.error!.results!.flatMap((result, at) =>
      result instanceof Error ? [[at - filling.length, result.code]] : [],
    )
    expect(failed).toEqual([
      [0, 'INVALID_PARTITION'],
      [1, 'INVALID_ARGUMENT'],
      [2, 'RECORD_TOO_LARGE'],
    ])
  })

  test('is sent as it was given: a later change of the caller’s objects changes nothing', async () => {
    const seen = new Set<unknown>()
    const partitioner: Partitioner = {
      forTopic: () => ({
        partition: ({ record }) => {
          seen.add(record.value)
          return 0
        },
      }),
    }
    const paced = new PacedProducer({ partitioner })
    const records = recordsOf(count)
    const many = endOf(paced.producer.sendMany(records))
    for (const record of records) record.value = 'changed'
    records.length = 0
    paced.learn()
    paced.acknowledgeAll()
    await reactions()
    expect(many.result).toHaveLength(count)
    expect([...seen]).toEqual([thousandBytes])
  })

  test('is copied while there is room, so its bytes are the caller’s again when a small sendMany returns', async () => {
    const seen: string[] = []
    const partitioner: Partitioner = {
      forTopic: () => ({
        partition: ({ record }) => {
          seen.push(String(record.value))
          return 0
        },
      }),
    }
    const paced = new PacedProducer({ partitioner })
    const value = Buffer.from('given')
    const many = endOf(
      paced.producer.sendMany(Array.from({ length: 20 }, () => ({ topic: 't', value }))),
    )
    value.fill('!')
    paced.learn()
    paced.acknowledgeAll()
    await reactions()
    expect(many.result).toHaveLength(20)
    expect(new Set(seen)).toEqual(new Set(['given']))
  })
})
