import { once } from 'node:events'
import { connect } from 'node:net'
import { createEmbeddedCluster, throttle } from '@sluice/embedded-broker'
import { fromDuplex, tcpTransport, type Transport } from '@sluice/network'
import type { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { producerClock } from './producer-clock.js'

const quick = { deliveryTimeoutMs: 900, requestTimeoutMs: 800, maxBlockMs: 800 }

/** A transport that does not reach the port of one broker, for this reason. */
function without(port: number, reason: string): Transport {
  const tcp = tcpTransport()
  return {
    connect: (target) =>
      target.port === port ? Promise.reject(new Error(reason)) : tcp.connect(target),
  }
}

/** Two brokers; the second one, which is not in the bootstrap servers, leads the only partition. */
async function clusterOfTwo() {
  const cluster = await createEmbeddedCluster({ brokers: 2, topics: { orders: { partitions: 1 } } })
  cluster.moveLeader('orders', 0, 1)
  const [seed, leader] = cluster.bootstrapServers as [string, string]
  return { cluster, seed, leader, port: portOf(leader) }
}

function portOf(address: string): number {
  return Number(address.split(':').at(-1))
}

async function failureOf(promise: Promise<unknown>): Promise<KafkaError> {
  return promise.then(
    () => expect.unreachable(),
    (error: KafkaError) => error,
  )
}

test.each(['getaddrinfo ENOTFOUND kafka-2', 'connect ECONNREFUSED 10.0.0.2:9092'])(
  'a leader that cannot be reached (%s) is named in the failure, with its advertised address',
  async (reason) => {
    const { cluster, seed, leader, port } = await clusterOfTwo()
    await using _ = cluster
    const transport = without(port, reason)
    const clock = producerClock()
    await using producer = clock.create({ bootstrapServers: seed, transport, ...quick })
    await producer.connect()
    const failed = failureOf(producer.send({ topic: 'orders', value: 'a' }))
    const error = await clock.passDuring(failed)
    expect(error).toMatchObject({ code: 'DELIVERY_TIMEOUT', attempts: 0, persisted: 'no' })
    expect(error.message).toContain(
      `broker 1 cannot be reached at ${leader}, its address in advertised.listeners: ${reason}`,
    )
    expect(error.cause).toMatchObject({
      code: 'CONNECTION_FAILED',
      cause: { cause: { message: reason } },
    })
  },
)

test('a leader that throttles for longer than the delivery time-out is named in the failure', async () => {
  const { cluster, seed, leader } = await clusterOfTwo()
  await using _ = cluster
  const clock = producerClock()
  await using producer = clock.create({ bootstrapServers: seed, ...quick })
  cluster.intercept('Produce', throttle(60_000))
  await producer.send({ topic: 'orders', value: 'a' })
  const failed = failureOf(producer.send({ topic: 'orders', value: 'b' }))
  const error = await clock.passDuring(failed)
  expect(error).toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    attempts: 0,
    cause: { code: 'THROTTLING_QUOTA_EXCEEDED' },
  })
  expect(error.message).toContain(`broker 1 at ${leader}, its address in advertised.listeners`)
})

test('connect rejects where only the bootstrap server can be reached', async () => {
  const { cluster, port } = await clusterOfTwo()
  await using _ = cluster
  const transport: Transport = {
    connect: async ({ host }) => {
      if (host !== 'seed') throw new Error(`getaddrinfo ENOTFOUND ${host}`)
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      // Without the other end: as through a balancer that hides which broker it is.
      return fromDuplex(socket, { encrypted: false })
    },
  }
  const clock = producerClock()
  await using producer = clock.create({ bootstrapServers: 'seed:1', transport, ...quick })
  const error = await clock.passDuring(failureOf(producer.connect()))
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED' })
  for (const address of cluster.bootstrapServers)
    expect(error.message).toContain(`${address}: getaddrinfo ENOTFOUND`)
  expect(error.message).toContain('advertised.listeners')
})
