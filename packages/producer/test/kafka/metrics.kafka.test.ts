import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  isExternal,
  type JavaProcess,
  type KafkaCluster,
  startJava,
  startKafka,
  waitFor,
} from '@sluice/test-kafka'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ProducerMetrics } from '../../src/index.js'
import {
  type JavaMetrics,
  JavaUnderLoad,
  largestValue,
  type LoadedProducer,
  SluiceUnderLoad,
} from './metrics-load.js'

/*
 * The same records go to Kafka's own producer and to Sluice's, and their figures are compared. All that docs/metrics.md says of
 * a difference is in here.
 */

const topic = 'orders'
/** Takes none of the records. */
const narrow = 'narrow'
const partitions = 4
const recordsPerBatch = 500
const rounds = 100
const refused = 5

let kafka: KafkaCluster
let java: JavaProcess

beforeAll(async () => {
  kafka = await startKafka({
    topics: [
      { name: topic, partitions },
      { name: narrow, partitions: 1, configs: { 'max.message.bytes': '70' } },
    ],
  })
  java = await startJava(fileURLToPath(new URL('ProducerMetrics.java', import.meta.url)))
})
beforeEach((context) => context.skip(isExternal(kafka), 'it pauses brokers'))
afterAll(async () => {
  await java?.stop()
  await kafka?.stop()
})

/** 200 000 records in 400 full batches and 100 requests, and a few that the broker refuses. */
async function load(producer: LoadedProducer): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await producer.append(topic, partitions, round * recordsPerBatch, recordsPerBatch)
    await producer.flush()
  }
  for (let index = 0; index < refused; index++) {
    await producer.append(narrow, 1, index, 1)
    await producer.flush()
  }
}

/** What both count, by Sluice's name. */
const figures: Partial<Record<keyof ProducerMetrics, string>> = {
  recordSendTotal: 'record-send-total',
  recordErrorTotal: 'record-error-total',
  recordRetryTotal: 'record-retry-total',
  batchSplitTotal: 'batch-split-total',
  batchSizeAvg: 'batch-size-avg',
  batchSizeMax: 'batch-size-max',
  compressionRateAvg: 'compression-rate-avg',
  recordsPerRequestAvg: 'records-per-request-avg',
  produceThrottleTimeAvg: 'produce-throttle-time-avg',
  produceThrottleTimeMax: 'produce-throttle-time-max',
  requestsInFlight: 'requests-in-flight',
  requestTotal: 'request-total',
  outgoingByteTotal: 'outgoing-byte-total',
  incomingByteTotal: 'incoming-byte-total',
  connectionCloseTotal: 'connection-close-total',
  bufferTotalBytes: 'buffer-total-bytes',
  bufferAvailableBytes: 'buffer-available-bytes',
  bufferExhaustedTotal: 'buffer-exhausted-total',
  waitingRecords: 'waiting-threads',
}

const topicFigures = {
  recordSendTotal: 'record-send-total',
  recordErrorTotal: 'record-error-total',
  recordRetryTotal: 'record-retry-total',
  compressionRateAvg: 'compression-rate',
}

const brokerFigures = {
  requestTotal: 'request-total',
  outgoingByteTotal: 'outgoing-byte-total',
  incomingByteTotal: 'incoming-byte-total',
}

/** Java counts whole milliseconds, at either end. */
const roundedMs = 2

/** Sluice's figures and Java's, where they differ by more than a tenth. */
function different(
  names: Readonly<Record<string, string>>,
  group: string,
  ours: object,
  theirs: JavaMetrics,
): Record<string, readonly [unknown, unknown]> {
  const figuresOf: Readonly<Record<string, unknown>> = { ...ours }
  const pairs = Object.entries(names).map(
    ([name, javas]) => [name, figuresOf[name], theirs[`${group} ${javas}`]] as const,
  )
  const far = pairs.filter(([, our, their]) => !isNear(our, their))
  return Object.fromEntries(far.map(([name, our, their]) => [name, [our, their]]))
}

function isNear(our: unknown, their: unknown): boolean {
  if (typeof our !== 'number' || typeof their !== 'number') return false
  return Math.abs(our - their) <= 0.1 * their
}

test('of the same load the figures are those of Java within a tenth, but for what the documentation explains', async () => {
  const sluice = new SluiceUnderLoad(kafka.bootstrapServers)
  const peer = await JavaUnderLoad.open(java, kafka.bootstrapServers)
  const began = performance.now()
  await load(sluice)
  await load(peer)
  const ours = sluice.metrics()
  const theirs = await peer.metrics()
  const elapsed = performance.now() - began
  const all = (name: string): number => theirs[`producer-metrics ${name}`]!

  expect(ours.recordSendTotal).toBe(partitions * recordsPerBatch * rounds + refused)
  expect(ours.recordErrorTotal).toBe(refused)
  expect(different(figures, 'producer-metrics', ours, theirs)).toEqual({})

  const { [topic]: ofMany, [narrow]: ofRefused } = ours.topics
  const inTopic = (name: string) => theirs[`producer-topic-metrics ${name}`]
  expect(different(topicFigures, `producer-topic-metrics ${topic}`, ofMany!, theirs)).toEqual({})
  const { compressionRateAvg: _, ...counts } = topicFigures
  expect(different(counts, `producer-topic-metrics ${narrow}`, ofRefused!, theirs)).toEqual({})
  const ofBroker = ours.brokers['1']!
  expect(different(brokerFigures, 'producer-node-metrics node-1', ofBroker, theirs)).toEqual({})

  // Sluice speaks to a bootstrap server that turns out to be a broker on the connection it has, Java on another one.
  expect([ours.connectionCount, ours.connectionCreationTotal]).toEqual([1, 1])
  expect([all('connection-count'), all('connection-creation-total')]).toEqual([2, 2])
  // Java takes the largest record of each batch, and adds the header of a batch (61) and the most that a record's fields can take (21).
  expect(ours.recordSizeAvg).toBeCloseTo(
    (ofMany!.byteTotal + ofRefused!.byteTotal) / ours.recordSendTotal,
  )
  expect(all('record-size-max')).toBe(61 + 21 + 4 + largestValue)
  expect(isNear(all('record-size-avg'), all('record-size-max'))).toBe(true)
  // Java's bytes of a topic are compressed.
  const compressed = ofMany!.byteTotal * ofMany!.compressionRateAvg!
  expect(isNear(compressed, inTopic(`${topic} byte-total`))).toBe(true)
  // Sluice sends a batch as it is where compression would make it larger, Java sends the larger one.
  expect(ofRefused!.compressionRateAvg).toBe(1)
  expect(inTopic(`${narrow} compression-rate`)).toBeGreaterThan(1)
  // How old metadata are depends on when they were asked for: here, since the test began.
  expect(ours.metadataAgeMs).toBeLessThanOrEqual(elapsed)
  expect(all('metadata-age') * 1_000).toBeLessThanOrEqual(elapsed + roundedMs)
  await sluice.close()
  await peer.close()
})

/** The least and the most that a time can have been, in ms. */
type Bounds = readonly [least: number, most: number]

interface Times {
  readonly queue: Bounds
  readonly latency: Bounds
}

/** Appends a batch, lets it wait, and has a paused broker answer it late: what that takes is known from outside. */
async function slowRound(producer: LoadedProducer, waitMs: number): Promise<Times> {
  const [broker] = kafka.brokers
  const begun = performance.now()
  await producer.append(topic, 1, 0, 100)
  const appended = performance.now()
  await delay(waitMs)
  if (waitMs > 0) await broker!.pause()
  const flushing = performance.now()
  await producer.beginFlush()
  if (waitMs > 0)
    await waitFor('a request is on its way', async () => (await producer.inFlight()) > 0)
  const sent = performance.now()
  await delay(waitMs)
  const resumed = performance.now()
  if (waitMs > 0) broker!.resume()
  await producer.flush()
  const ended = performance.now()
  if (waitMs === 0) return { queue: [0, ended - begun], latency: [0, ended - begun] }
  return {
    queue: [flushing - appended, sent - begun],
    latency: [resumed - sent, ended - flushing],
  }
}

function expectWithin(bounds: readonly Bounds[], average: number, longest: number): void {
  const mean = (end: 0 | 1): number =>
    bounds.reduce((sum, one) => sum + one[end], 0) / bounds.length
  const most = (end: 0 | 1): number => Math.max(...bounds.map((one) => one[end]))
  expect(average).toBeGreaterThanOrEqual(mean(0) - roundedMs)
  expect(average).toBeLessThanOrEqual(mean(1) + roundedMs)
  expect(longest).toBeGreaterThanOrEqual(most(0) - roundedMs)
  expect(longest).toBeLessThanOrEqual(most(1) + roundedMs)
}

/** Connects, then two rounds of about a second each way. */
async function slowRounds(producer: LoadedProducer): Promise<Times[]> {
  const times: Times[] = []
  for (const waitMs of [0, 1_000, 1_000]) times.push(await slowRound(producer, waitMs))
  return times
}

test('queue time and latency measure from the same moments as those of Java, where the waits are known', async () => {
  const sluice = new SluiceUnderLoad(kafka.bootstrapServers)
  const ours = await slowRounds(sluice)
  const { recordQueueTimeAvg, recordQueueTimeMax, requestLatencyAvg, requestLatencyMax } =
    sluice.metrics()
  expectWithin(
    ours.map(({ queue }) => queue),
    recordQueueTimeAvg!,
    recordQueueTimeMax!,
  )
  expectWithin(
    ours.map(({ latency }) => latency),
    requestLatencyAvg!,
    requestLatencyMax!,
  )

  const peer = await JavaUnderLoad.open(java, kafka.bootstrapServers)
  const theirs = await slowRounds(peer)
  const metrics = await peer.metrics()
  const figure = (name: string): [average: number, longest: number] => [
    metrics[`producer-metrics ${name}-avg`]!,
    metrics[`producer-metrics ${name}-max`]!,
  ]
  expectWithin(
    theirs.map(({ queue }) => queue),
    ...figure('record-queue-time'),
  )
  expectWithin(
    theirs.map(({ latency }) => latency),
    ...figure('request-latency'),
  )
  await sluice.close()
  await peer.close()
})
