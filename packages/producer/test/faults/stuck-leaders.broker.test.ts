import { partitionForKey } from '@sluice/partitioner'
import type { KafkaError, ProducerRecord } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { Producer } from '../../src/index.js'
import { faultyCluster, type FaultyCluster } from './faulty-cluster.js'
import { type ProducerClock, producerClock } from './producer-clock.js'

const bufferBytes = 262_144
const partitions = 6
const tickMs = 20

interface Setting {
  readonly faulty: FaultyCluster
  readonly clock: ProducerClock
  /** The partitions whose leader accepts everything and answers nothing. */
  readonly stuck: ReadonlySet<number>
}

async function withSilentLeader(): Promise<Setting> {
  const clock = producerClock()
  const sizes = { bufferBytes, batchBytes: 16_384, maxBlockMs: 2_000 }
  const times = { deliveryTimeoutMs: 120_000, requestTimeoutMs: 110_000 }
  const faulty = await faultyCluster({
    brokers: 2,
    partitions,
    create: clock.create,
    ...sizes,
    ...times,
  })
  for (let partition = 0; partition < partitions; partition++)
    await clock.passDuring(faulty.send(partition, 'first'))
  const all = await clock.passDuring(faulty.producer.partitionsFor('t'))
  const silent = all[0]!.leader!
  faulty.proxies[silent]!.silence()
  const led = all.filter(({ leader }) => leader === silent)
  return { faulty, clock, stuck: new Set(led.map(({ partition }) => partition)) }
}

/** What became of one record. */
interface End {
  readonly place: number
  end: 'sent' | KafkaError | undefined
}

type Way = (producer: Producer, record: ProducerRecord, told: (end: End['end']) => void) => unknown

const send: Way = (producer, record, told) =>
  producer.send(record).then(
    () => told('sent'),
    (error: unknown) => told(error as KafkaError),
  )

const enqueue: Way = (producer, record, told) =>
  producer.enqueue(record, (error) => told(error ?? 'sent'))

/** A key for each partition, as the default partitioner places them. */
function keysByPartition(): string[] {
  const keys: string[] = []
  for (let number = 0; Object.keys(keys).length < partitions; number++) {
    const key = `key-${number}`
    keys[partitionForKey(Buffer.from(key), partitions)] ??= key
  }
  return keys
}

interface Amount {
  readonly ticks: number
  readonly aTick: number
  readonly bytes: number
}

/** Sends to every partition in turn, a few records each tick. It goes on once those of healthy partitions have ended. */
async function load(
  { faulty, clock, stuck }: Setting,
  way: Way,
  { ticks, aTick, bytes }: Amount,
  to: (partition: number) => Partial<ProducerRecord>,
): Promise<End[]> {
  const ends: End[] = []
  for (let tick = 0; tick < ticks; tick++) {
    for (let i = 0; i < aTick; i++) {
      const place = ends.length % partitions
      const end: End = { place, end: undefined }
      const value = `${ends.length} `.padEnd(bytes, '.')
      ends.push(end)
      way(faulty.producer, { topic: 't', value, ...to(place) }, (told) => (end.end = told))
    }
    await clock.pass(tickMs)
    const healthy = ends.slice(-aTick).filter(({ place }) => !stuck.has(place))
    await clock.passUntil(() => healthy.every(({ end }) => end !== undefined))
    if (healthy.some(({ end }) => end !== 'sent')) break
  }
  return ends
}

/**
 * Sends records that may go to any partition. Sockets take real time while the clock is the test's: the next records wait until
 * the healthy leader has answered all of its own, however many the silent one has got meanwhile.
 */
async function loadAnywhere(
  { faulty, clock, stuck }: Setting,
  amount: Amount,
): Promise<End['end'][]> {
  const ends: End['end'][] = []
  const isAnswered = (): boolean => {
    const { queues = [] } = faulty.producer.metrics({ queues: true })
    return queues.every(({ partition }) => stuck.has(partition))
  }
  for (let tick = 0; tick < amount.ticks; tick++) {
    for (let i = 0; i < amount.aTick; i++) {
      const number = ends.push(undefined) - 1
      const record = { topic: 't', value: `${number} `.padEnd(amount.bytes, '.') }
      send(faulty.producer, record, (end) => (ends[number] = end))
    }
    await clock.pass(tickMs)
    await clock.passUntil(isAnswered)
  }
  return ends
}

const loads = {
  small: { ticks: 60, aTick: 120, bytes: 100 },
  kilobyte: { ticks: 60, aTick: 36, bytes: 1_000 },
  large: { ticks: 60, aTick: 6, bytes: 20_000 },
}

/** A producer may close only while its clock moves. */
async function closing({ faulty, clock }: Setting): Promise<void> {
  await clock.passDuring(faulty.producer.close({ timeoutMs: 0 }))
  await faulty[Symbol.asyncDispose]()
}

const explicit = (partition: number): Partial<ProducerRecord> => ({ partition })
const keys = keysByPartition()
const keyed = (partition: number): Partial<ProducerRecord> => ({ key: keys[partition]! })

test.each([
  ['many small records by send', loads.small, send, explicit],
  ['many small records by enqueue', loads.small, enqueue, explicit],
  ['records of a kilobyte with keys by send', loads.kilobyte, send, keyed],
  ['records of a kilobyte with keys by enqueue', loads.kilobyte, enqueue, keyed],
  ['few large records by send', loads.large, send, explicit],
  ['few large records by enqueue', loads.large, enqueue, explicit],
])(
  'F40: while the leader of half of the partitions is silent, the others take %s, none is refused, and order holds',
  async (_, amount, way, to) => {
    const setting = await withSilentLeader()
    const { faulty, stuck } = setting
    try {
      expect(stuck.size).toBe(partitions / 2)
      const ends = await load(setting, way, amount, to)
      const healthy = ends.filter(({ place }) => !stuck.has(place))
      expect(healthy.filter(({ end }) => end !== 'sent')).toEqual([])
      const refused = ends.filter(({ place, end }) => stuck.has(place) && end !== undefined)
      expect(refused.length).toBeGreaterThan(0)
      for (const { end } of refused)
        expect(end).toMatchObject({ code: 'BUFFER_FULL', persisted: 'no' })
      for (let partition = 0; partition < partitions; partition++) {
        if (stuck.has(partition)) continue
        const log = faulty.cluster.records('t').filter((record) => record.partition === partition)
        expect(log.slice(1).map(({ value }) => Number.parseInt(String(value)))).toEqual(
          ends.flatMap(({ place }, number) => (place === partition ? [number] : [])),
        )
      }
    } finally {
      await closing(setting)
    }
  },
)

test('F40: while the leader of half of the partitions is silent, records without a key go to the others, and none is refused', async () => {
  const setting = await withSilentLeader()
  try {
    const ends = await loadAnywhere(setting, loads.kilobyte)
    expect(ends.filter((end) => end !== 'sent' && end !== undefined)).toEqual([])
    expect(ends.length).toBe(loads.kilobyte.ticks * loads.kilobyte.aTick)
  } finally {
    await closing(setting)
  }
})
