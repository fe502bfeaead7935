import { setTimeout as pause } from 'node:timers/promises'
import { createEmbeddedCluster, produceError, throttle } from '@sluice/embedded-broker'
import { gzip } from '@sluice/protocol/gzip'
import { expect, test } from 'vitest'
import { createProducer, type Producer, type ProducerMetrics } from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'

/** Every number in it, by its path. */
function numbersOf(value: object, path = ''): [path: string, number: number][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (typeof inner === 'object' && inner !== null) return numbersOf(inner, `${path}${name}.`)
    return [[`${path}${name}`, inner as number] as [string, number]]
  })
}

function expectPlain(metrics: ProducerMetrics): void {
  for (const [path, number] of numbersOf(metrics))
    expect([path, Number.isFinite(number)]).toEqual([path, true])
  expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics)
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(2)
}

test('O09: before the first record all figures are finite or absent, in JSON, too', async () => {
  await using producer = createProducer({ ...threadMode, bootstrapServers: 'localhost:1' })
  const metrics = producer.metrics()
  expectPlain(metrics)
  expect(metrics).toEqual({
    ...metrics,
    recordSendTotal: 0,
    recordsPending: 0,
    recordErrors: {},
    bufferAvailableBytes: metrics.bufferTotalBytes,
    brokers: {},
    topics: {},
  })
  for (const name of ['requestLatencyAvg', 'recordQueueTimeP99', 'metadataAgeMs', 'batchSizeMax'])
    expect(metrics).not.toHaveProperty(name)
})

test('metrics() tells what was sent as soon as its promise has resolved', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const { bootstrapServers } = cluster
  await using producer = createProducer({
    ...threadMode,
    bootstrapServers,
    compression: gzip(),
  })
  const value = 'compressible '.repeat(100)
  await Promise.all([1, 2, 3].map(() => producer.send({ topic: 't', value })))
  const metrics = producer.metrics()
  expectPlain(metrics)
  expect(metrics).toMatchObject({
    recordSendTotal: 3,
    recordAckTotal: 3,
    recordErrorTotal: 0,
    recordsPending: 0,
    recordErrors: {},
    recordRetryTotal: 0,
    recordsPerRequestAvg: 3,
    requestsInFlight: 0,
    requestErrorTotal: 0,
    connectionCount: 1,
    produceThrottleTimeMax: 0,
    topics: { t: { recordSendTotal: 3, recordAckTotal: 3, recordErrorTotal: 0 } },
    otherTopics: { recordSendTotal: 0 },
  })
  const { recordSizeAvg, compressionRateAvg, batchSizeAvg, requestLatencyAvg, brokers } = metrics
  expect(recordSizeAvg).toBeGreaterThan(value.length)
  expect(compressionRateAvg).toBeLessThan(0.1)
  expect(batchSizeAvg).toBeLessThan(value.length)
  expect(requestLatencyAvg).toBeGreaterThan(0)
  expect(metrics.requestLatencyP99).toBeLessThanOrEqual(metrics.requestLatencyMax!)
  expect(metrics.metadataAgeMs).toBeGreaterThan(0)
  expect(brokers).toMatchObject({ 0: { connectionCount: 1, requestLatencyAvg } })
  expect(brokers['0']!.requestTotal).toBeLessThanOrEqual(metrics.requestTotal)
  expect(metrics.topics['t']!.compressionRateAvg).toBe(compressionRateAvg)
})

test('O09: after failures alone, averages of what never was are absent', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  cluster.intercept('Produce', produceError('TOPIC_AUTHORIZATION_FAILED'))
  const { bootstrapServers } = cluster
  await using producer = createProducer({
    ...threadMode,
    bootstrapServers,
    maxRequestBytes: 9_000,
    batchBytes: 8_000,
  })
  await Promise.allSettled([
    producer.send({ topic: 't', value: 'refused by the broker' }),
    producer.send({ topic: 't', value: 'v'.repeat(10_000) }),
    producer.send({ topic: 't', value: 7 as never }),
  ])
  const metrics = producer.metrics()
  expectPlain(metrics)
  expect(metrics).toMatchObject({
    recordSendTotal: 3,
    recordAckTotal: 0,
    recordErrorTotal: 3,
    recordErrors: { TOPIC_AUTHORIZATION_FAILED: 1, RECORD_TOO_LARGE: 1, INVALID_ARGUMENT: 1 },
    topics: { t: { recordErrorTotal: 1 } },
  })
  expect(metrics).not.toHaveProperty('compressionRateAvg')
})

/** The figures before and after a trouble that a test makes. */
interface Trouble {
  readonly cluster: Awaited<ReturnType<typeof createEmbeddedCluster>>
  readonly producer: Producer
}

async function withTrouble(
  options: Partial<Parameters<typeof createProducer>[0]>,
  run: (trouble: Trouble) => Promise<void>,
): Promise<ProducerMetrics> {
  await using cluster = await createEmbeddedCluster({
    brokers: 2,
    topics: { t: { partitions: 1 } },
  })
  const { bootstrapServers } = cluster
  await using producer = createProducer({ ...threadMode, bootstrapServers, ...options })
  // A thread may take longer to start than a record may wait.
  await producer.connect()
  await producer.send({ topic: 't', value: 'before' })
  await run({ cluster, producer })
  return producer.metrics()
}

const slowMs = 200

test('O11: a broker that throttles the client shows in the throttle time', async () => {
  const metrics = await withTrouble({}, async ({ cluster, producer }) => {
    cluster.intercept('Produce', throttle(slowMs))
    await producer.send({ topic: 't', value: 'v' })
  })
  expect(metrics.produceThrottleTimeMax).toBe(slowMs)
  expect(
    Object.values(metrics.brokers).map(({ produceThrottleTimeMax }) => produceThrottleTimeMax),
  ).toContain(slowMs)
  expect(metrics.recordRetryTotal).toBe(0)
})

test('O11: a slow broker or link shows in the request latency, of this broker, and not in the queue time', async () => {
  const metrics = await withTrouble({}, async ({ cluster, producer }) => {
    cluster.intercept('Produce', async (call) => {
      await pause(slowMs)
      return call.serve()
    })
    await producer.send({ topic: 't', value: 'v' })
  })
  expect(metrics.requestLatencyMax).toBeGreaterThanOrEqual(slowMs - 5)
  expect(metrics.requestLatencyP99).toBe(metrics.requestLatencyMax)
  const slow = Object.values(metrics.brokers).filter(
    ({ requestLatencyMax = 0 }) => requestLatencyMax > slowMs / 2,
  )
  expect(slow).toHaveLength(1)
  expect(metrics.recordQueueTimeP50).toBeLessThan(slowMs / 2)
})

test('O11: a linger shows in the queue time', async () => {
  const metrics = await withTrouble({ lingerMs: slowMs }, async ({ producer }) => {
    await producer.send({ topic: 't', value: 'v' })
  })
  expect(metrics.recordQueueTimeMax).toBeGreaterThanOrEqual(slowMs)
  expect(metrics.requestLatencyP50).toBeLessThan(slowMs)
})

test('O11: an event loop that is blocked between a send and the end of its turn shows in the queue time', async () => {
  const metrics = await withTrouble({}, async ({ producer }) => {
    const sent = producer.send({ topic: 't', value: 'v' })
    const end = performance.now() + slowMs
    while (performance.now() < end);
    await sent
  })
  expect(metrics.recordQueueTimeMax).toBeGreaterThanOrEqual(slowMs)
})

test('O11: a full buffer shows in what is free, what waits and what was refused', async () => {
  const sizes = {
    bufferBytes: 65_536,
    batchBytes: 16_384,
    maxBlockMs: 1_500,
    deliveryTimeoutMs: 40_000,
  }
  const metrics = await withTrouble(sizes, async ({ cluster, producer }) => {
    for (const broker of cluster.brokers) broker.pause()
    const sent = Array.from({ length: 40 }, () =>
      producer.send({ topic: 't', value: 'v'.repeat(6_000) }),
    )
    for (const one of sent) one.catch(() => {})
    const full = producer.metrics()
    expect(full.bufferAvailableBytes).toBeLessThan(full.bufferTotalBytes / 4)
    expect(full.waitingRecords).toBeGreaterThan(0)
    expect(full.waitingBytes).toBeGreaterThan(6_000)
    expect(full.recordsPending).toBeGreaterThan(full.waitingRecords)
    expect(full.oldestPendingMs).toBeGreaterThanOrEqual(0)
    await until(() => producer.metrics().waitingRecords === 0)
    for (const broker of cluster.brokers) broker.resume()
    await Promise.allSettled(sent)
  })
  expect(metrics.bufferExhaustedTotal).toBeGreaterThan(0)
  expect(metrics.recordErrors).toEqual({ BUFFER_FULL: metrics.bufferExhaustedTotal })
  expect(metrics.bufferAvailableBytes).toBe(metrics.bufferTotalBytes)
})

test('O11: a partition that is led away shows in the retries of its topic', async () => {
  const metrics = await withTrouble({ retryBackoffMs: 1 }, async ({ cluster, producer }) => {
    const [partition] = await producer.partitionsFor('t')
    cluster.moveLeader('t', 0, 1 - partition!.leader!)
    await producer.send({ topic: 't', value: 'v' })
  })
  expect(metrics.recordRetryTotal).toBe(1)
  expect(metrics.topics['t']).toMatchObject({ recordRetryTotal: 1, recordErrorTotal: 0 })
  expect(metrics.recordErrorTotal).toBe(0)
})

test('a batch that is too large for its topic shows as a split', async () => {
  const metrics = await withTrouble({}, async ({ cluster, producer }) => {
    cluster.alterTopic('t', { maxMessageBytes: 2_000 })
    await producer.sendMany([1, 2].map(() => ({ topic: 't', value: 'v'.repeat(1_500) })))
  })
  expect(metrics).toMatchObject({ batchSplitTotal: 1, recordAckTotal: 3, recordErrorTotal: 0 })
})

test('requests on their way are counted while they are, and their records are pending', async () => {
  await withTrouble({}, async ({ cluster, producer }) => {
    for (const broker of cluster.brokers) broker.pause()
    const sent = producer.send({ topic: 't', value: 'v' })
    await until(() => producer.metrics().requestsInFlight === 1)
    expect(producer.metrics().recordsPending).toBe(1)
    for (const broker of cluster.brokers) broker.resume()
    await sent
    expect(producer.metrics()).toMatchObject({ requestsInFlight: 0, recordsPending: 0 })
  })
})

test('two producers of one process have figures of their own', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const options = { ...threadMode, bootstrapServers: cluster.bootstrapServers, clientId: 'same' }
  await using one = createProducer(options)
  await using other = createProducer(options)
  await one.send({ topic: 't', value: 'v' })
  expect(one.metrics().requestTotal).toBeGreaterThan(0)
  expect(other.metrics()).toMatchObject({ recordSendTotal: 0, requestTotal: 0, topics: {} })
})
