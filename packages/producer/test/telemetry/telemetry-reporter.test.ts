import { type ErrorCode, KafkaError, zeroUuid } from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import type {
  TelemetryChannel,
  TelemetryPush,
  TelemetrySubscription,
} from '../../src/sending-half/telemetry-channel.js'
import type { TelemetryMetric } from '../../src/telemetry/telemetry-metric.js'
import { TelemetryReporter } from '../../src/telemetry/telemetry-reporter.js'
import { readMetrics } from './read-metrics.js'

const intervalMs = 1_000
const id = '3f03a4af-0789-412d-b411-98706bcea726'

const wanted: TelemetrySubscription = {
  clientInstanceId: id,
  subscriptionId: 7,
  acceptedCompressionTypes: [],
  pushIntervalMs: intervalMs,
  telemetryMaxBytes: 10_000,
  deltaTemporality: true,
  requestedMetrics: [''],
}

/** A cluster whose answers a test changes. */
class Cluster implements TelemetryChannel {
  subscription: TelemetrySubscription = wanted
  refusal: ErrorCode | null = null
  pushRefusal: ErrorCode | null = null
  readonly asked: string[] = []
  readonly pushes: TelemetryPush[] = []

  async available(): Promise<void> {}

  async subscribe(clientInstanceId: string): Promise<TelemetrySubscription> {
    this.asked.push(clientInstanceId)
    if (this.refusal !== null) throw new KafkaError(this.refusal, 'refused')
    return this.subscription
  }

  async push(push: TelemetryPush): Promise<void> {
    this.pushes.push(push)
    if (this.pushRefusal !== null) throw new KafkaError(this.pushRefusal, 'refused')
  }
}

function aReporter(
  changes: Partial<TelemetrySubscription> = {},
  prepare: (cluster: Cluster) => void = () => {},
) {
  const clock = manualClock()
  clock.random = () => 0.5
  const cluster = new Cluster()
  cluster.subscription = { ...wanted, ...changes }
  prepare(cluster)
  const metrics: TelemetryMetric[] = [
    { name: 'org.apache.kafka.producer.record.send.total', value: 10, isTotal: true },
    { name: 'org.apache.kafka.producer.batch.size.avg', value: 2.5, isTotal: false },
    {
      name: 'org.apache.kafka.producer.node.request.latency.avg',
      value: 3,
      isTotal: false,
      labels: { node_id: '1' },
    },
  ]
  const resource = { client_rack: 'a' }
  const reporter = new TelemetryReporter({
    channel: cluster,
    metrics: () => metrics,
    resource,
    runtime: clock,
  })
  const ended = reporter.run()
  const pass = (ms: number): Promise<void> => clock.pass(ms)
  return { clock, cluster, metrics, reporter, ended, pass }
}

const lines = (clock: ReturnType<typeof manualClock>) =>
  clock.logged.filter(({ level }) => level !== 'debug').map(({ message }) => message)

test('metrics are pushed at the interval that the cluster names, the first time within half of it and one and a half', async () => {
  const { cluster, pass, reporter, clock } = aReporter()
  clock.random = () => 0
  expect(reporter.clientInstanceId).toBe(null)
  await pass(intervalMs / 2 - 1)
  expect(cluster.asked).toEqual([zeroUuid])
  expect(reporter.clientInstanceId).toBe(id)
  expect(cluster.pushes).toEqual([])
  await pass(1)
  expect(cluster.pushes).toHaveLength(1)
  await pass(intervalMs - 1)
  expect(cluster.pushes).toHaveLength(1)
  await pass(1)
  expect(cluster.pushes).toHaveLength(2)
  expect(cluster.pushes[0]).toMatchObject({ clientInstanceId: id, subscriptionId: 7 })
  expect(cluster.asked).toHaveLength(1)
})

test.each([
  { requested: ['*'], names: 3 },
  { requested: [''], names: 3 },
  { requested: ['org.apache.kafka.producer.record.', 'org.apache.kafka.consumer.'], names: 1 },
])('a cluster that wants $requested gets $names metrics', async ({ requested, names }) => {
  const { cluster, pass } = aReporter({ requestedMetrics: requested })
  await pass(intervalMs)
  const { metrics } = readMetrics(cluster.pushes[0]!)
  expect(metrics).toHaveLength(names)
})

test('a cluster that wants no metric is asked again after its interval', async () => {
  const { cluster, pass } = aReporter({ requestedMetrics: [] })
  await pass(intervalMs - 1)
  expect(cluster.asked).toEqual([zeroUuid])
  await pass(1)
  expect(cluster.asked).toEqual([zeroUuid, id])
  expect(cluster.pushes).toEqual([])
})

test('totals tell what has come since the last push that was taken, and figures what they are', async () => {
  const { cluster, metrics, pass } = aReporter()
  const pushedTotals = () =>
    cluster.pushes.map((push) => readMetrics(push).metrics[0]!.points[0]!.value)
  await pass(intervalMs)
  metrics[0] = { ...metrics[0]!, value: 15 }
  cluster.pushRefusal = 'THROTTLING_QUOTA_EXCEEDED'
  await pass(intervalMs)
  cluster.pushRefusal = null
  metrics[0] = { ...metrics[0], value: 18 }
  await pass(intervalMs)
  expect(pushedTotals()).toEqual([10, 5, 8])
  expect(readMetrics(cluster.pushes[2]!)).toMatchObject({
    resource: { client_rack: 'a' },
    metrics: [
      { name: 'org.apache.kafka.producer.record.send.total', kind: 'delta sum' },
      { name: 'org.apache.kafka.producer.batch.size.avg', kind: 'gauge', points: [{ value: 2.5 }] },
      { kind: 'gauge', points: [{ value: 3, labels: { node_id: '1' } }] },
    ],
  })
})

test('a cluster that wants totals from the beginning gets them', async () => {
  const { cluster, pass } = aReporter({ deltaTemporality: false })
  await pass(intervalMs)
  await pass(intervalMs)
  const [first, second] = cluster.pushes.map((push) => readMetrics(push).metrics[0]!)
  expect(second).toMatchObject({ kind: 'cumulative sum', points: [{ value: 10 }] })
  expect(second!.points[0]!.since).toBe(first!.points[0]!.since)
})

test('a cluster that does not know the subscription any more is asked at once', async () => {
  const { cluster, clock, pass } = aReporter()
  cluster.pushRefusal = 'UNKNOWN_SUBSCRIPTION_ID'
  await pass(intervalMs)
  expect(cluster.asked).toEqual([zeroUuid, id])
  cluster.pushRefusal = null
  await pass(intervalMs)
  expect(cluster.pushes).toHaveLength(2)
  expect(lines(clock)).toEqual([])
})

test('what was told is not told again when other metrics are wanted, or the same once more', async () => {
  const { cluster, metrics, pass } = aReporter()
  const all = { ...wanted, subscriptionId: 8 }
  const others = { ...wanted, requestedMetrics: ['org.apache.kafka.producer.batch'] }
  await pass(intervalMs)
  metrics[0] = { ...metrics[0]!, value: 15 }
  for (const subscription of [others, all]) {
    cluster.subscription = subscription
    cluster.pushRefusal = 'UNKNOWN_SUBSCRIPTION_ID'
    await pass(intervalMs)
    cluster.pushRefusal = null
    await pass(intervalMs)
  }
  const last = readMetrics(cluster.pushes.at(-1)!).metrics[0]!
  expect(last).toMatchObject({ kind: 'delta sum', points: [{ value: 5 }] })
})

test.each([0, -1, -2_147_483_648])(
  'a broker that names an interval of %i ms is asked at the interval of Kafka’s clients without one',
  async (pushIntervalMs) => {
    const { cluster, pass } = aReporter({ pushIntervalMs })
    await pass(300_000)
    expect(cluster.pushes).toHaveLength(1)
    await pass(300_000)
    expect(cluster.pushes).toHaveLength(2)
  },
)

test.each(['CONNECTION_CLOSED', 'THROTTLING_QUOTA_EXCEEDED', 'TELEMETRY_TOO_LARGE'] as const)(
  'after %s the next push comes at its time, and no line is written',
  async (code) => {
    const { cluster, clock, pass } = aReporter()
    cluster.pushRefusal = code
    await pass(intervalMs)
    await pass(intervalMs)
    expect(cluster.pushes).toHaveLength(2)
    expect(cluster.asked).toHaveLength(1)
    expect(lines(clock)).toEqual([])
  },
)

test.each([
  { what: 'refuses', code: 'INVALID_REQUEST' },
  { what: 'does not answer in time', code: 'REQUEST_TIMEOUT' },
] as const)(
  'a cluster that $what is asked again after half an hour, and one line says so',
  async ({ code }) => {
    const { cluster, clock, pass } = aReporter({}, (refusing) => (refusing.refusal = code))
    await pass(30 * 60_000 - 1)
    expect(cluster.asked).toHaveLength(1)
    expect(lines(clock)).toEqual([expect.stringContaining('30 minutes')])
    cluster.refusal = null
    await pass(1)
    await pass(intervalMs)
    expect(cluster.pushes).toHaveLength(1)
  },
)

test('a cluster that knows no subscription at all is not asked again and again', async () => {
  const { cluster, pass } = aReporter({}, (odd) => (odd.refusal = 'UNKNOWN_SUBSCRIPTION_ID'))
  await pass(60_000)
  expect(cluster.asked).toHaveLength(1)
})

test('a push that is too large leaves out single brokers and topics, and then is left out itself with one line', async () => {
  const { cluster, clock, pass } = aReporter()
  await pass(intervalMs)
  const { length } = cluster.pushes[0]!.metrics
  const smaller = aReporter({ telemetryMaxBytes: length - 1 })
  await smaller.pass(intervalMs)
  expect(readMetrics(smaller.cluster.pushes[0]!).metrics).toHaveLength(2)
  expect(lines(clock)).toEqual([])
  const none = aReporter({ telemetryMaxBytes: 10 })
  await none.pass(intervalMs)
  await none.pass(intervalMs)
  expect(none.cluster.pushes).toEqual([])
  expect(lines(none.clock)).toEqual([expect.stringContaining('telemetry.max.bytes 10')])
})

test('totals that a push has left out are told by the next push that has room for them', async () => {
  const { cluster, metrics, pass } = aReporter()
  const name = 'org.apache.kafka.producer.topic.record.send.total'
  metrics.push({ name, value: 7, isTotal: true, labels: { topic: 'orders' } })
  await pass(intervalMs)
  const { length } = cluster.pushes[0]!.metrics
  const smaller = aReporter({ telemetryMaxBytes: length - 1 })
  smaller.metrics.push({ name, value: 7, isTotal: true, labels: { topic: 'orders' } })
  await smaller.pass(intervalMs)
  smaller.cluster.subscription = { ...wanted, telemetryMaxBytes: length }
  smaller.cluster.pushRefusal = 'UNKNOWN_SUBSCRIPTION_ID'
  await smaller.pass(intervalMs)
  smaller.cluster.pushRefusal = null
  await smaller.pass(intervalMs)
  const topicTotals = smaller.cluster.pushes.map(
    (push) => readMetrics(push).metrics.find((metric) => metric.name === name)?.points[0]!.value,
  )
  expect(topicTotals).toEqual([undefined, undefined, 7])
})

test.each([
  { accepted: [], id: 0 },
  { accepted: [3, 1], id: 1 },
  { accepted: [2, 3], id: 0 },
])('of the codecs $accepted the first that needs no library is used: $id', async (codecs) => {
  const { cluster, pass } = aReporter({ acceptedCompressionTypes: codecs.accepted })
  await pass(intervalMs)
  expect(cluster.pushes[0]!.compressionType).toBe(codecs.id)
  expect(readMetrics(cluster.pushes[0]!).metrics).toHaveLength(3)
})

test('a broker that names no interval is not asked without a pause', async () => {
  const { cluster, pass } = aReporter({ pushIntervalMs: 0, requestedMetrics: [] })
  for (let i = 0; i < 10; i++) await pass(50)
  expect(cluster.asked.length).toBeLessThanOrEqual(6)
})

test('the end pushes once more at once, and nothing comes after it', async () => {
  const { cluster, ended, pass, reporter } = aReporter()
  await pass(intervalMs)
  reporter.end()
  expect(cluster.pushes).toMatchObject([{ terminating: false }, { terminating: true }])
  await ended
  await pass(10 * intervalMs)
  expect(cluster.pushes).toHaveLength(2)
})

test('the last push does not tell again what a push that is not answered yet has told', async () => {
  const { cluster, metrics, pass, reporter } = aReporter()
  const push = cluster.push.bind(cluster)
  cluster.push = async (pushed) => {
    await push(pushed)
    await new Promise(() => {})
  }
  await pass(intervalMs)
  metrics[0] = { ...metrics[0]!, value: 12 }
  reporter.end()
  const totals = cluster.pushes.map((one) => readMetrics(one).metrics[0]!.points[0]!.value)
  expect(totals).toEqual([10, 2])
})

test('a producer that ends before it knows what is wanted pushes nothing', async () => {
  const { cluster, ended, reporter } = aReporter()
  reporter.end()
  await ended
  expect(cluster.pushes).toEqual([])
})
