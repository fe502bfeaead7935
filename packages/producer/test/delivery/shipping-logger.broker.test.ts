import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { createProducer, type Logger, type Producer } from '../../src/index.js'
import { guardedLogger } from '../../src/runtime.js'
import { faultyCluster } from '../faults/faulty-cluster.js'
import { producerClock } from '../faults/producer-clock.js'

type Send = (producer: Producer, line: string) => unknown

const ways: [string, Send][] = [
  ['enqueue', (producer, value) => producer.enqueue({ topic: 'logs', value })],
  ['send', (producer, value) => producer.send({ topic: 'logs', value })],
]

/** The application's logger: it keeps its lines, and ships them by the producer that it was given to. */
function shipping(send: Send): { logger: Logger; lines: string[]; ship: (by: Producer) => void } {
  const lines: string[] = []
  let producer: Producer | undefined
  const write = (line: string): unknown => {
    lines.push(line)
    return producer === undefined ? undefined : send(producer, line)
  }
  return {
    lines,
    logger: { debug: write, info: write, warn: write, error: write },
    ship: (by) => void (producer = by),
  }
}

test.each(ways)(
  'a logger that ships its lines with %s of the same producer grows by some lines in ten minutes without brokers',
  async (_, send) => {
    const clock = producerClock()
    const { logger, lines, ship } = shipping(send)
    await using faulty = await faultyCluster({
      create: clock.create,
      brokers: 3,
      requestTimeoutMs: 30_000,
      deliveryTimeoutMs: 120_000,
      maxBlockMs: 60_000,
      reconnectBackoffMs: 50,
      // As `createProducer` takes it.
      logger: guardedLogger({ ...logger, debug() {} }),
    })
    for (const proxy of faulty.proxies) await proxy.refuse()
    ship(faulty.producer)
    // The service starts, and does its work.
    faulty.producer.enqueue({ topic: 'orders', value: 'placed' })
    let depth = 0
    for (let ms = 0; ms < 600_000; ms += 1_000) {
      const before = lines.length
      await clock.pass(1_000)
      depth = Math.max(depth, lines.length - before)
    }
    const inOutage = lines.length
    for (const proxy of faulty.proxies) await proxy.listen()
    await clock.passDuring(faulty.producer.send({ topic: 'orders', value: 'placed' }))
    await clock.passDuring(faulty.producer.flush())
    const last = lines.at(-1)
    await clock.passDuring(faulty.producer.close())

    expect(inOutage).toBeGreaterThan(2)
    expect(inOutage).toBeLessThan(40)
    expect(depth).toBeLessThan(10)
    expect(last).toMatch(/connected again|the cluster answers/)
    const shipped = faulty.cluster.records('logs').map(({ value }) => String(value))
    expect(shipped.length).toBeGreaterThan(0)
    expect(lines).toEqual(expect.arrayContaining(shipped))
  },
)

test.each(ways)(
  'a logger that ships with %s survives the close of its producer',
  async (_, send) => {
    await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
    const { logger, lines, ship } = shipping(send)
    const producer = createProducer({ bootstrapServers: cluster.bootstrapServers, logger })
    ship(producer)
    producer.enqueue({ topic: 't', value: 'a' }, () => {
      throw new Error('a callback that fails')
    })
    await producer.flush()
    await producer.close()
    expect(lines.filter((line) => line.includes('a callback that fails'))).toHaveLength(1)
  },
)
