import type { KafkaError, RecordMetadata } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { ProducerOptions } from '../../src/index.js'
import { expectClean, faultyCluster, values } from './faulty-cluster.js'
import { type MovingCluster, movingCluster } from './moving-cluster.js'
import { producerClock } from './producer-clock.js'
import { watchBatches } from './wire-batches.js'

const partitions = [0, 1, 2, 3, 4, 5]

test.each([
  ['in an orderly way', { keepLeaders: false }],
  ['by kill -9, noticed only later', { keepLeaders: true }],
])(
  'F44: brokers that are stopped %s and started again, one after the other, cost nothing',
  async (_, how) => {
    await using faulty = await faultyCluster({ brokers: 3, partitions: partitions.length })
    const { cluster } = faulty
    const sends: Promise<unknown>[] = []
    const load = (name: string): void => {
      for (const partition of partitions) sends.push(faulty.send(partition, ...values(5, name)))
    }
    for (const broker of cluster.brokers) {
      await faulty.send(broker.nodeId, `before ${broker.nodeId} stops`)
      load(`as ${broker.nodeId} stops `)
      const stopped = broker.stop(how)
      load(`while ${broker.nodeId} stops `)
      await stopped
      load(`without ${broker.nodeId} `)
      if (how.keepLeaders) cluster.electLeaders()
      await faulty.send(broker.nodeId, `another leads what ${broker.nodeId} led`)
      await broker.start()
      load(`${broker.nodeId} is back `)
    }
    await Promise.all(sends)
    expectClean(faulty)
    expect(cluster.brokers.map((broker) => broker.requestCount('InitProducerId'))).toContain(1)
  },
)

const minute = 60_000

type End = RecordMetadata | KafkaError

/** A producer, by a clock of the test's, that has sent to each partition before all brokers go. */
async function abandoned(options: (moving: MovingCluster) => Partial<ProducerOptions>) {
  const clock = producerClock()
  const moving = await movingCluster(clock.now, partitions.length)
  const { transport } = moving
  const producer = clock.create({
    bootstrapServers: () => moving.servers,
    transport,
    ...options(moving),
  })
  const batches = watchBatches(moving.cluster)
  const sendToAll = async (value: string): Promise<End[]> =>
    Promise.all(
      partitions.map((partition) =>
        producer
          .send({ topic: 't', partition, value })
          .catch((error: unknown) => error as KafkaError),
      ),
    )
  await clock.passDuring(sendToAll('before'))
  await moving.leave()
  return {
    clock,
    moving,
    batches,
    sendToAll,
    async [Symbol.asyncDispose]() {
      await clock.passDuring(producer.close({ timeoutMs: 0 }))
      await moving.cluster.close()
    },
  }
}

/** With back-offs of up to a second, 20 % less at times, after a few short ones at the beginning. */
function expectOneAttemptABackoff({ attempts }: MovingCluster, withinMs: number): void {
  for (const host of new Set(attempts.map((one) => one.host))) {
    const at = attempts.filter((one) => one.host === host).map((one) => one.at)
    expect(at.length).toBeGreaterThan(withinMs / 1_200 / 2)
    expect(at.length).toBeLessThan(withinMs / 800 + 8)
    const late = at.slice(8)
    const pauses = late.slice(1).map((time, index) => time - late[index]!)
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(800)
  }
}

test.each([
  ['a function', (moving: MovingCluster) => ({ bootstrapServers: () => moving.servers })],
  ['one name that leads there', () => ({ bootstrapServers: 'kafka:9092' })],
])(
  'F44: all brokers away for ten minutes, and back at addresses that %s gives: what was buffered is written, once and in order',
  async (_, bootstrap) => {
    await using there = await abandoned((moving) => ({
      deliveryTimeoutMs: 30 * minute,
      ...bootstrap(moving),
    }))
    const { clock, moving, batches, sendToAll } = there
    const buffered = values(50).map((value) => sendToAll(value))
    await clock.pass(10 * minute, 250)
    expectOneAttemptABackoff(moving, 10 * minute)
    moving.returnAs('second')
    const ends = await clock.passDuring(Promise.all(buffered))
    expect(ends.flat().filter((end) => end instanceof Error)).toEqual([])
    for (const partition of partitions) {
      const log = moving.cluster.records('t').filter((record) => record.partition === partition)
      expect(log.map(({ value }) => String(value))).toEqual(['before', ...values(50)])
    }
    expect(batches.every(({ epoch }) => epoch === 0)).toBe(true)
    expect(new Set(batches.map(({ producerId }) => producerId)).size).toBe(1)
  },
)

test('F44: what is buffered while all brokers are away fails at its deadline, never sent; what comes later is written', async () => {
  await using there = await abandoned(() => ({ deliveryTimeoutMs: 2 * minute }))
  const { clock, moving, batches, sendToAll } = there
  let settled = false
  const buffered = sendToAll('too late').finally(() => (settled = true))
  await clock.pass(2 * minute - 1, 250)
  expect(settled).toBe(false)
  await clock.pass(1)
  for (const [partition, end] of (await buffered).entries())
    expect(end).toMatchObject({
      code: 'DELIVERY_TIMEOUT',
      persisted: 'no',
      attempts: 0,
      topic: 't',
      partition,
      message: expect.stringMatching(/within 120000 ms after 0 attempts, last .*ECONNREFUSED/),
    })
  await clock.pass(8 * minute, 250)
  moving.returnAs('second')
  const ends = await clock.passDuring(sendToAll('after'))
  expect(ends).toMatchObject(partitions.map((partition) => ({ partition, offset: 1n })))
  expect(moving.cluster.records('t').map(({ value }) => String(value))).toEqual(
    partitions.flatMap(() => ['before', 'after']),
  )
  expect(batches.every(({ epoch }) => epoch === 0)).toBe(true)
})
