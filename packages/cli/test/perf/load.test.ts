import type { DeliveryCallback, ProducerRecord } from '@sluice/producer'
import { createMockProducer } from '@sluice/producer/testing'
import { expect, test } from 'vitest'
import { directLoad } from '../../src/perf/load-sink.js'
import { runLoad } from '../../src/perf/load.js'
import { Phase } from '../../src/perf/phase.js'
import { Stop } from '../../src/sending/stop.js'
import { TransactionalSink } from '../../src/transactions/transactional-sink.js'

/** Time passes only where somebody waits for it. */
function manualIo() {
  const clock = { ms: 0 }
  const setTimeout = (run: () => void, ms: number): void => {
    clock.ms += ms
    queueMicrotask(run)
  }
  return { clock, io: { now: () => clock.ms, setTimeout, clearTimeout: () => {} } }
}

/** A producer whose cluster takes `takesMs` for each record, and after one of them stands still for a while. */
function stallingProducer(clock: { ms: number }, stallAfter: number, stallMs: number) {
  const dueAts: number[] = []
  let given = 0
  const taken: ProducerRecord[] = []
  const producer = {
    ...createMockProducer(),
    enqueue: <C>(record: ProducerRecord, onDelivery?: DeliveryCallback<C>, context?: C) => {
      taken.push(record)
      dueAts.push(Number(context))
      const metadata = { topic: record.topic, partition: 0, offset: 0n, timestamp: 0 }
      onDelivery?.(null, metadata, context as C)
      return ++given !== stallAfter
    },
    drained: async () => void (clock.ms += stallMs),
    flush: async () => {},
  }
  return { producer, dueAts, taken }
}

const values = [Buffer.from('one'), Buffer.from('two')]

function loadOf(stallMs: number, rate: number | undefined) {
  const { clock, io } = manualIo()
  const { producer, dueAts, taken } = stallingProducer(clock, 10, stallMs)
  const stop = new Stop()
  const phase = new Phase(io, () => {})
  const deps = {
    sink: directLoad(producer, phase),
    io,
    stop,
    topic: 'load',
    values,
    keys: null,
    rate,
  }
  return { deps, phase, clock, dueAts, taken }
}

test('while the cluster stands still records stay due: none is left out, and each has waited from its moment on', async () => {
  const { deps, phase, dueAts } = loadOf(1000, 100)
  await runLoad(deps, { durationMs: 2000 }, phase)
  expect(dueAts).toEqual(Array.from({ length: 200 }, (_, number) => number * 10))
  // The tenth is due after 90 ms; then come 100 that are due within the second in which nothing can be sent.
  const { max, average } = phase.latencies.read()!
  expect(max).toBeCloseTo(990, -1)
  expect(average).toBeCloseTo((100 * 495) / 200, -1)
  expect(phase.lateness.read()!.max).toBeCloseTo(990, -1)
})

test('no record is sent before it is due', async () => {
  const { deps, phase, clock, dueAts } = loadOf(0, 3)
  await runLoad(deps, { records: 4 }, phase)
  expect(dueAts).toEqual([0, 1000 / 3, 2000 / 3, 1000])
  expect(clock.ms).toBeCloseTo(1000)
})

test('without a rate a record counts from when it is handed over, and values take turns', async () => {
  const { deps, phase, taken } = loadOf(1000, undefined)
  await runLoad(deps, { records: 20 }, phase)
  expect([phase.given, phase.acknowledged, phase.latencies.read()!.max]).toEqual([20, 20, 0.001])
  expect(taken.slice(0, 3).map(({ value }) => String(value))).toEqual(['one', 'two', 'one'])
})

test('in transactions a record that waits for a commit counts from when it was due, and the commit apart', async () => {
  const { clock, io } = manualIo()
  const producer = createMockProducer({ transactionalId: 'load' })
  const begin = producer.beginTransaction.bind(producer)
  producer.beginTransaction = async () => {
    const transaction = await begin()
    const commit = transaction.commit.bind(transaction)
    transaction.commit = async () => {
      await transaction.flush()
      clock.ms += 400
      await commit()
    }
    return transaction
  }
  const stop = new Stop()
  const phase = new Phase(io, () => {})
  // The clock of this test moves whenever a timer is set, so the time of a transaction sets none.
  const timers = { ...io, setTimeout: () => {} }
  const limits = { records: 10, ms: 59_000, outcomeMs: 1 }
  const deps = { producer, counts: phase, io: timers, limits, onFatal: () => {}, listener: phase }
  const sink = new TransactionalSink(deps)
  const load = { sink, io, stop, topic: 'load', values, keys: null, rate: 100 }
  await runLoad(load, { records: 20 }, phase)
  expect([phase.acknowledged, phase.committedTransactions, phase.elapsedMs]).toEqual([20, 2, 890])
  expect(phase.commits.read()!.p50).toBeCloseTo(400, -1)
  // The eleventh is due 10 ms after the call of the commit.
  expect(phase.lateness.read()!.max).toBeCloseTo(390, -1)
  expect(phase.latencies.read()!.max).toBeCloseTo(390, -1)
})
