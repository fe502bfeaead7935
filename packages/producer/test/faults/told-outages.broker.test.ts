import type { LoggedLine } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import type { Logger } from '../../src/index.js'
import { faultyCluster } from './faulty-cluster.js'
import { producerClock } from './producer-clock.js'

/** A logger at level info, as services run it. */
function loggerAtInfo(): { logger: Logger; lines: LoggedLine[] } {
  const lines: LoggedLine[] = []
  const writing = (level: LoggedLine['level']) => (message: string) =>
    void lines.push({ level, message })
  const logger = { info: writing('info'), warn: writing('warn'), error: writing('error') }
  return { lines, logger: { ...logger, debug() {} } }
}

/** The lines of ten minutes in which three brokers are away and records are sent all the time, and of the time until all records have settled. */
async function linesOfOutage(): Promise<{ during: LoggedLine[]; after: LoggedLine[] }> {
  const clock = producerClock()
  const { logger, lines } = loggerAtInfo()
  await using faulty = await faultyCluster({
    create: clock.create,
    brokers: 3,
    partitions: 6,
    requestTimeoutMs: 30_000,
    deliveryTimeoutMs: 120_000,
    reconnectBackoffMs: 50,
    logger,
  })
  const { producer, proxies } = faulty
  const record = { topic: 't', value: 'x'.repeat(100) }
  for (let partition = 0; partition < 6; partition++)
    await clock.passDuring(producer.send({ ...record, partition }))
  for (const proxy of proxies) await proxy.refuse()
  for (let ms = 0; ms < 600_000; ms += 250) {
    for (let number = 0; number < 50; number++)
      producer.enqueue({ ...record, partition: number % 6 })
    await clock.pass(250)
  }
  const during = lines.splice(0)
  for (const proxy of proxies) await proxy.listen()
  await clock.passDuring(producer.flush())
  await clock.passDuring(producer.close())
  return { during, after: lines }
}

/** 120 000 records and ten minutes of attempts to connect are much work without any waiting: only what hangs takes so long. */
const timeout = 300_000

test(
  'an outage of all brokers for ten minutes under sends makes fewer than 50 lines',
  { timeout },
  async () => {
    const { during, after } = await linesOfOutage()
    const [first] = during
    expect(first!.level).toBe('warn')
    expect(first!.message).toMatch(
      /^broker \d: CONNECTION_\w+: 127\.0\.0\.1:\d+: .+; trying again, with pauses that grow to 1000 ms$/,
    )
    const refusals = during.filter(({ message }) => message.includes('ECONNREFUSED'))
    expect(refusals.some(({ message }) => /\(10 times in \d+ s\)$/.test(message))).toBe(true)
    expect(during.filter(({ level }) => level === 'info')).toEqual([])

    const undelivered = during.filter(({ level }) => level === 'error')
    expect(undelivered.length).toBeGreaterThan(5)
    expect(undelivered.length).toBeLessThan(10)
    expect(undelivered.at(-1)!.message).toMatch(
      /^\d{5} records were not delivered, the last one: DELIVERY_TIMEOUT: not acknowledged within 120000 ms/,
    )

    const ends = after.filter(({ level }) => level === 'info').map(({ message }) => message)
    expect(ends.toSorted()).toEqual([
      expect.stringMatching(/^broker 0: connected again after \d+ failures in \d{3} s$/),
      expect.stringMatching(/^broker 1: connected again after \d+ failures in \d{3} s$/),
      expect.stringMatching(/^broker 2: connected again after \d+ failures in \d{3} s$/),
      expect.stringMatching(/^the cluster answers after \d+ failures in \d{3} s$/),
    ])
    // What has failed since the last line about that is told at the close, if not before.
    expect(after.length - ends.length).toBeLessThan(5)
    expect(during.length + after.length).toBeLessThan(40)
  },
)
