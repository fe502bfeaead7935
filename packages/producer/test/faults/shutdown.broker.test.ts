import { spawn } from 'node:child_process'
import { once as event } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { argumentsToRun } from '../../../../test/program.js'
import { expectClean, faultyCluster, type FaultyCluster, until, values } from './faulty-cluster.js'
import { producerClock } from './producer-clock.js'

const requests = ({ cluster }: FaultyCluster): number => cluster.brokers[0]!.requestCount('Produce')

const valuesIn = ({ cluster }: FaultyCluster): string[] =>
  cluster.records('t').map(({ value }) => String(value))

/** What became of a send. */
const endOf = (sent: Promise<unknown>): Promise<unknown> => sent.catch((error: unknown) => error)

test('F38: close() does not wait for the linger: what lingers is sent at once, and acknowledged', async () => {
  const clock = producerClock()
  const times = { lingerMs: 60_000, deliveryTimeoutMs: 120_000 }
  await using faulty = await faultyCluster({ create: clock.create, ...times })
  await faulty.producer.partitionsFor('t')
  const sent = faulty.send(0, ...values(10))
  await new Promise(setImmediate)
  expect(requests(faulty)).toBe(0)
  const begun = clock.now()
  await faulty.producer.close()
  await sent
  expectClean(faulty)
  expect(clock.now()).toBe(begun)
})

test('F38: close() waits for the acknowledgements of what is in flight', async () => {
  await using faulty = await faultyCluster()
  await faulty.send(0, 'before')
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  faulty.cluster.intercept('Produce', async (call) => {
    await call.serve()
    await released
  })
  const sent = faulty.send(0, ...values(10))
  await until(() => valuesIn(faulty).length > 1)
  let closed = false
  const close = faulty.producer.close().then(() => (closed = true))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(closed).toBe(false)
  release()
  await close
  await sent
  expectClean(faulty)
})

test('F38: close({ timeoutMs: 0 }) rejects what is left, and says truly whether it may be in the log', async () => {
  const clock = producerClock()
  const times = { lingerMs: 60_000, deliveryTimeoutMs: 120_000 }
  await using faulty = await faultyCluster({ create: clock.create, ...times })
  await faulty.producer.partitionsFor('t')
  faulty.cluster.intercept('Produce', async (call) => (await call.serve(), call.hang()))
  const { producer } = faulty
  const inFlight = endOf(producer.send({ topic: 't', partition: 0, value: 'in flight' }))
  void producer.flush()
  await until(() => valuesIn(faulty).length === 1)
  // A batch goes alone until the first answer.
  const behind = endOf(producer.send({ topic: 't', partition: 0, value: 'behind' }))
  const unknown = endOf(producer.send({ topic: 'other', value: 'waits' }))
  await clock.passDuring(producer.close({ timeoutMs: 0 }))
  const closed = { code: 'PRODUCER_CLOSED' }
  expect(await inFlight).toMatchObject({ ...closed, persisted: 'possibly', attempts: 1 })
  expect(await behind).toMatchObject({ ...closed, persisted: 'no' })
  expect(await unknown).toMatchObject({ ...closed, persisted: 'no' })
  expect(valuesIn(faulty)).toEqual(['in flight'])
})

test('F38: close() with a broker that is silent settles everything when its time is over, not a moment later', async () => {
  const clock = producerClock()
  await using faulty = await faultyCluster({ create: clock.create, deliveryTimeoutMs: 120_000 })
  await clock.passDuring(faulty.send(0, 'before'))
  faulty.proxy.silence()
  const sends = values(10).map((value) =>
    endOf(faulty.producer.send({ topic: 't', partition: 0, value })),
  )
  let closed = false
  const close = faulty.producer.close().then(() => (closed = true))
  await clock.pass(29_999, 100)
  expect(closed).toBe(false)
  await clock.pass(1)
  await close
  for (const end of await Promise.all(sends))
    expect(end).toMatchObject({ code: 'PRODUCER_CLOSED', persisted: 'possibly' })
  faulty.proxy.speak()
})

test.each([1, 300, 2_000])(
  'F39: after kill -9 behind %i acknowledgements each acknowledged record is in the log, and none is there twice',
  async (count) => {
    await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 3 } } })
    const fixture = fileURLToPath(new URL('../fixtures/acknowledged-lines.ts', import.meta.url))
    const folder = await mkdtemp(join(tmpdir(), 'sluice-'))
    const file = join(folder, 'acknowledged')
    const node = await argumentsToRun(fixture)
    const args = [...node, cluster.bootstrapServers[0]!, file, String(count)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
    expect(await event(child, 'exit')).toEqual([null, 'SIGKILL'])
    const acknowledged = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
    await rm(folder, { recursive: true })
    // What had left the process is still read.
    await until(() => cluster.brokers[0]!.openConnections === 0)
    const log = cluster.records('t')
    const there = new Set(
      log.map(({ partition, offset, value }) => `${partition} ${offset} ${String(value)}`),
    )
    expect(acknowledged.filter((line) => !there.has(line))).toEqual([])
    expect(acknowledged).toHaveLength(count)
    const numbers = log.map(({ value }) => Number(value))
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const partition of [0, 1, 2]) {
      const ofPartition = log.filter((one) => one.partition === partition)
      const sent = ofPartition.map(({ value }) => Number(value))
      expect(sent).toEqual(sent.toSorted((a, b) => a - b))
    }
  },
)
