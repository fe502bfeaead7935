import {
  apiVersionsApi,
  errorCodeOf,
  getTelemetrySubscriptionsApi,
  pushTelemetryApi,
  zeroUuid,
} from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { connectTo, startCluster } from './cluster-fixture.js'
import type { RawClient } from './raw-client.js'

const software = { clientSoftwareName: 'a', clientSoftwareVersion: '1' }

async function offeredBy(client: RawClient): Promise<number[]> {
  const { apiKeys } = await client.request(apiVersionsApi, 4, software)
  return apiKeys.map(({ apiKey }) => apiKey).filter((key) => key === 71 || key === 72)
}

async function asked(client: RawClient, clientInstanceId = zeroUuid) {
  const answer = await client.request(getTelemetrySubscriptionsApi, 0, { clientInstanceId })
  return { ...answer, error: errorCodeOf(answer.errorCode) }
}

const push = { terminating: false, compressionType: 0, metrics: Buffer.from('metrics') }

async function pushed(
  client: RawClient,
  subscription: { clientInstanceId: string; subscriptionId: number },
  changes: Partial<typeof push> = {},
) {
  const { clientInstanceId, subscriptionId } = subscription
  const body = { clientInstanceId, subscriptionId, ...push, ...changes }
  const { errorCode } = await client.request(pushTelemetryApi, 0, body)
  return errorCodeOf(errorCode)
}

test('brokers have the APIs of telemetry only where the cluster wants metrics', async () => {
  expect(await offeredBy(await connectTo(await startCluster({}), 0))).toEqual([])
  const cluster = await startCluster({ telemetry: {} })
  expect(await offeredBy(await connectTo(cluster, 0))).toEqual([71, 72])
})

test('a client gets an id and hears what is wanted of it, and any broker takes its push', async () => {
  const cluster = await startCluster({
    brokers: 2,
    telemetry: { metrics: ['org.apache.kafka.producer.'], pushIntervalMs: 1_000 },
  })
  const subscription = await asked(await connectTo(cluster, 0))
  expect(subscription).toMatchObject({
    error: null,
    pushIntervalMs: 1_000,
    requestedMetrics: ['org.apache.kafka.producer.'],
    acceptedCompressionTypes: [4, 3, 1, 2],
  })
  expect(subscription.clientInstanceId).not.toBe(zeroUuid)
  expect(await pushed(await connectTo(cluster, 1), subscription)).toBe(null)
  expect(cluster.telemetryPushes).toMatchObject([
    { broker: 1, clientInstanceId: subscription.clientInstanceId, terminating: false },
  ])
})

test('a client that asks or pushes before its time is throttled, but its last push is taken', async () => {
  const runtime = manualClock()
  const cluster = await startCluster({ telemetry: { pushIntervalMs: 1_000 }, runtime })
  const client = await connectTo(cluster, 0)
  const subscription = await asked(client)
  const { clientInstanceId } = subscription
  expect((await asked(client, clientInstanceId)).error).toBe('THROTTLING_QUOTA_EXCEEDED')
  expect(await pushed(client, subscription)).toBe(null)
  expect(await pushed(client, subscription)).toBe('THROTTLING_QUOTA_EXCEEDED')
  runtime.advance(1_000)
  expect(await pushed(client, subscription)).toBe(null)
  expect(await pushed(client, subscription, { terminating: true })).toBe(null)
  expect(await pushed(client, subscription, { terminating: true })).toBe('INVALID_REQUEST')
})

test('a client of an old subscription must ask again, at once', async () => {
  const cluster = await startCluster({ telemetry: {} })
  const client = await connectTo(cluster, 0)
  const old = await asked(client)
  cluster.subscribeTelemetry({ metrics: [] })
  expect(await pushed(client, old)).toBe('UNKNOWN_SUBSCRIPTION_ID')
  const renewed = await asked(client, old.clientInstanceId)
  expect(renewed).toMatchObject({ error: null, requestedMetrics: [] })
  expect(renewed.subscriptionId).not.toBe(old.subscriptionId)
})

test.each([
  { error: 'UNSUPPORTED_COMPRESSION_TYPE', changes: { compressionType: 3 } },
  { error: 'TELEMETRY_TOO_LARGE', changes: { metrics: Buffer.alloc(11) } },
])('a push is refused with $error', async ({ error, changes }) => {
  const cluster = await startCluster({ telemetry: { maxBytes: 10, compressionTypes: [1] } })
  const client = await connectTo(cluster, 0)
  expect(await pushed(client, await asked(client), changes)).toBe(error)
  expect(cluster.telemetryPushes).toEqual([])
})

test('a cluster that wants no metrics cannot be asked to want others', async () => {
  const cluster = await startCluster({})
  expect(() => cluster.subscribeTelemetry({})).toThrow('option telemetry')
})
