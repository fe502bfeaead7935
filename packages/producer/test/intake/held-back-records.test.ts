import type { RecordMetadata } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { type End, endOf, PacedProducer, reactions } from './paced-producer.js'

const sizes = { bufferBytes: 262_144, batchBytes: 4_096, maxBlockMs: 500 }
const value = 'x'.repeat(1_000)
const partitions = 3
/** Ten times as much as the memory holds. */
const count = Math.floor((10 * sizes.bufferBytes) / 1_000)

/** Partition 0 does not answer, while the others do, and has as much of the memory as it may have. */
function withStuckPartition(): PacedProducer {
  const paced = new PacedProducer({ sizes })
  paced.learn('t', partitions)
  paced.stuck.add(0)
  for (let at = 0; at < 100; at++) {
    for (let partition = 0; partition < partitions; partition++) void send(paced, partition)
    paced.acknowledgeAll()
  }
  return paced
}

function send(paced: PacedProducer, partition: number): End<RecordMetadata> {
  return endOf(paced.producer.send({ topic: 't', partition, value }))
}

/** One after the other for each partition. */
const records = Array.from({ length: count }, (_, at) => ({
  topic: 't',
  partition: at % partitions,
  value,
}))

/** Those of the partition that does not answer come last. */
const stuckLast = records.toSorted(
  (a, b) => (a.partition === 0 ? 1 : 0) - (b.partition === 0 ? 1 : 0),
)

const ofPartition = <T>(partition: number, results: readonly T[]): T[] =>
  results.filter((_, at) => at % partitions === partition)

function expectAscending(results: readonly RecordMetadata[]): void {
  const offsets = results.map(({ offset }) => Number(offset))
  expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
}

describe('a sendMany of ten times bufferBytes, of which a third goes to a partition that does not answer', () => {
  test('sends the others meanwhile, lets later records pass, and is sent whole and in order in the end', async () => {
    const paced = withStuckPartition()
    const many = endOf(paced.producer.sendMany(records))
    const [stuck, healthy] = [send(paced, 0), send(paced, 1)]
    const elsewhere = endOf(paced.producer.send({ topic: 'other', value }))
    paced.learn('other')
    paced.acknowledgeAll()
    await reactions()
    expect([stuck, many]).toEqual([{}, {}])
    expect([healthy.error, elsewhere.error]).toEqual([undefined, undefined])
    expect(Number(healthy.result!.offset)).toBeGreaterThan(count / 2)
    paced.recover()
    paced.acknowledgeAll()
    await reactions()
    expect(many.result).toHaveLength(count)
    for (let partition = 0; partition < partitions; partition++)
      expectAscending(ofPartition(partition, many.result!))
    expectAscending([...ofPartition(0, many.result!), stuck.result!])
  })

  test('is not copied: nearly all the memory for records of such partitions is left to others', async () => {
    const paced = withStuckPartition()
    const many = endOf(paced.producer.sendMany(records))
    paced.acknowledgeAll()
    const others = Array.from({ length: 50 }, () => send(paced, 0))
    await reactions()
    expect(others.filter(({ error }) => error !== undefined)).toEqual([])
    paced.recover()
    paced.acknowledgeAll()
    await reactions()
    expect(many.result).toHaveLength(count)
    expect(others.filter(({ result }) => result === undefined)).toEqual([])
  })

  test('fails with the records of that partition alone, maxBlockMs after the last of them was appended', async () => {
    const paced = withStuckPartition()
    const many = endOf(paced.producer.sendMany(records))
    paced.acknowledgeAll()
    paced.clock.advance(sizes.maxBlockMs + 1)
    paced.acknowledgeAll()
    await reactions()
    const results = many.error!.results!
    for (const result of ofPartition(0, results))
      expect(result).toMatchObject({ code: 'BUFFER_FULL', persisted: 'no' })
    for (const partition of [1, 2])
      expect(ofPartition(partition, results).some((result) => result instanceof Error)).toBe(false)
  })

  test.each([
    ['in turn with the others', records],
    ['behind the others', stuckLast],
  ])('is waited for by a flush while its records stand %s', async (_, given) => {
    const paced = withStuckPartition()
    const many = endOf(paced.producer.sendMany(given))
    const flushed = endOf(paced.producer.flush().then(() => many.result?.length))
    paced.acknowledgeAll()
    await reactions()
    expect(flushed).toEqual({})
    paced.recover()
    while (paced.acknowledge() > 0) await reactions()
    expect(flushed.result).toBe(count)
  })

  test('goes before what was sent to that partition later, although its records stand behind others', async () => {
    const paced = withStuckPartition()
    const many = endOf(paced.producer.sendMany(stuckLast))
    const later = [send(paced, 0), endOf(paced.producer.sendMany([...records]))] as const
    paced.acknowledgeAll()
    paced.recover()
    paced.acknowledgeAll()
    await reactions()
    const [one, more] = later.map(({ result }) => [result!].flat())
    expectAscending([
      ...many.result!.filter(({ partition }) => partition === 0),
      ...one!,
      ...ofPartition(0, more!),
    ])
  })

  test('leaves with its signal, and what was sent to the partition later goes on', async () => {
    const paced = withStuckPartition()
    const controller = new AbortController()
    const many = endOf(paced.producer.sendMany(records, { signal: controller.signal }))
    const later = send(paced, 0)
    paced.acknowledgeAll()
    controller.abort()
    await reactions()
    expect(many.error).toMatchObject({ code: 'ABORTED', persisted: 'possibly' })
    paced.recover()
    expect(paced.acknowledgeAll()).toBeLessThan(100)
    await reactions()
    expect(later.result).toBeDefined()
  })

  test('fails when the producer is closed, and when the cluster refuses the topic', async () => {
    for (const [code, end] of [
      ['PRODUCER_CLOSED', ({ producer }: PacedProducer) => void producer.close({ timeoutMs: 0 })],
      [
        'TOPIC_AUTHORIZATION_FAILED',
        (paced: PacedProducer) => paced.learn('t', 0, 'TOPIC_AUTHORIZATION_FAILED'),
      ],
    ] as const) {
      const paced = withStuckPartition()
      const many = endOf(paced.producer.sendMany(records))
      const copied = send(paced, 0)
      paced.acknowledgeAll()
      end(paced)
      await reactions()
      paced.clock.advance(0)
      await reactions()
      expect(copied.error).toMatchObject({ code, persisted: 'no' })
      expect(many.error!.cause).toMatchObject({ code })
    }
  })
})

describe('a sendMany whose records all go to partitions that do not answer', () => {
  test('was surely not sent when its signal aborts it', async () => {
    const paced = withStuckPartition()
    const controller = new AbortController()
    const all = ofPartition(0, records)
    const many = endOf(paced.producer.sendMany(all, { signal: controller.signal }))
    paced.acknowledgeAll()
    controller.abort()
    await reactions()
    expect(many.error).toMatchObject({ code: 'ABORTED', persisted: 'no' })
  })
})

describe('a record that is parked with its partition', () => {
  test('leaves with its signal, and those behind it go on in order', async () => {
    const paced = withStuckPartition()
    const controller = new AbortController()
    const { signal } = controller
    const left = endOf(paced.producer.send({ topic: 't', partition: 0, value }, { signal }))
    const [next, last] = [send(paced, 0), send(paced, 0)]
    controller.abort()
    await reactions()
    expect(left.error).toMatchObject({ code: 'ABORTED', persisted: 'no' })
    paced.recover()
    paced.acknowledgeAll()
    await reactions()
    expectAscending([next.result!, last.result!])
  })

  test('keeps its topic in use', async () => {
    const paced = withStuckPartition()
    const parked = send(paced, 0)
    paced.idle('t')
    paced.recover()
    paced.acknowledgeAll()
    await reactions()
    expect(parked.result).toBeDefined()
  })
})
