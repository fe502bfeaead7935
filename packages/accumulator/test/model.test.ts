import { gunzipSync, gzipSync } from 'node:zlib'
import type { CompressionCodec } from '@sluice/protocol'
import type { ManualClock } from '@sluice/protocol/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { AccumulatorLink } from '../src/index.js'
import { AccumulatorModel, type ModelRecord, type RecordPlan } from './accumulator-model.js'

/** One thing that happens to the accumulator. */
type Step = (model: AccumulatorModel) => void

/** Any of the items, if there is one; which it is shrinks to the first. */
function pick<Item>(items: readonly Item[], at: number): Item | undefined {
  return items[at % Math.max(1, items.length)]
}

function stepOf<Parts extends unknown[]>(
  name: string,
  parts: { [Index in keyof Parts]: fc.Arbitrary<Parts[Index]> },
  run: (model: AccumulatorModel, ...parts: Parts) => void,
): fc.Arbitrary<Step> {
  return fc.tuple(...parts).map((values) => {
    const step: Step = (model) => run(model, ...(values as Parts))
    return Object.assign(step, { [fc.toStringMethod]: () => `${name}(${fc.stringify(values)})` })
  })
}

const plan: fc.Arbitrary<RecordPlan> = fc.record({
  topic: fc.constantFrom('known', 'known', 'known', 'unknown'),
  partition: fc.nat(3),
  size: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 8, max: 300 }) },
    { weight: 4, arbitrary: fc.integer({ min: 300, max: 9_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 9_000, max: 70_000 }) },
  ),
  heldBytes: fc.constantFrom(0, 100, 5_000),
  sendsOn: fc.boolean(),
})

/** A step about one of several things: which one. */
const which = fc.nat(20)

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: stepOf('send', [fc.array(plan, { minLength: 1, maxLength: 6 })], (model, plans) => {
      for (const one of plans) model.send(one)
    }),
  },
  { weight: 3, arbitrary: stepOf('turn', [], ({ accumulator }) => accumulator.runtime.endTurn()) },
  {
    weight: 3,
    arbitrary: stepOf('pass', [fc.constantFrom(0, 1, 10, 100, 1_000)], ({ accumulator }, ms) =>
      accumulator.runtime.advance(ms),
    ),
  },
  {
    weight: 1,
    arbitrary: stepOf('block', [fc.constantFrom(1, 100, 1_500)], ({ accumulator }, ms) =>
      accumulator.runtime.block(ms),
    ),
  },
  {
    weight: 5,
    arbitrary: stepOf(
      'drain',
      [fc.constantFrom(1, 5_000, 1_048_576), fc.boolean(), fc.integer({ min: -8, max: 3 })],
      (model, maxBytes, busy, blocked) => model.drain(maxBytes, busy, blocked),
    ),
  },
  {
    weight: 4,
    arbitrary: stepOf('acknowledge', [which, fc.boolean()], (model, at, release) => {
      const batch = pick(model.inFlight, at)
      if (batch === undefined) return
      model.acknowledge(batch)
      if (release) model.release(batch)
    }),
  },
  {
    weight: 2,
    arbitrary: stepOf('release', [which], (model, at) => {
      const batch = pick(model.unreleased, at)
      if (batch !== undefined) model.release(batch)
    }),
  },
  {
    weight: 1,
    arbitrary: stepOf('fail', [which], (model, at) => {
      const batch = pick(model.inFlight, at)
      if (batch !== undefined) model.fail(batch)
    }),
  },
  {
    weight: 2,
    arbitrary: stepOf('requeue', [which, fc.constantFrom(0, 50, 500)], (model, at, delayMs) => {
      const batch = pick(model.inFlight, at)
      if (batch !== undefined) model.requeue(batch, delayMs)
    }),
  },
  {
    weight: 2,
    arbitrary: stepOf('split', [which], (model, at) => {
      const batch = pick(model.inFlight, at)
      if (batch !== undefined) model.split(batch)
    }),
  },
  {
    weight: 2,
    arbitrary: stepOf('exclude', [which, fc.integer({ min: 1, max: 255 })], (model, at, bits) => {
      const batch = pick(model.inFlight, at)
      if (batch !== undefined) model.exclude(batch, (index) => ((bits >> (index % 8)) & 1) === 1)
    }),
  },
  { weight: 1, arbitrary: stepOf('expire', [], (model) => model.expire()) },
  {
    weight: 1,
    arbitrary: stepOf('leave', [which], (model, at) => {
      const record: ModelRecord | undefined = pick(model.waiting, at)
      if (record !== undefined) model.leave(record)
    }),
  },
  { weight: 1, arbitrary: stepOf('abort', [], (model) => model.abort()) },
  { weight: 1, arbitrary: stepOf('flush', [], (model) => model.flush()) },
  { weight: 1, arbitrary: stepOf('learn', [], (model) => model.accumulator.learn('unknown', 4)) },
)

const links: ((runtime: ManualClock) => AccumulatorLink)[] = [
  () => ({}),
  () => ({
    toQueue: (message, deliver) => deliver(structuredClone(message)),
    toFront: (message, deliver) => deliver(structuredClone(message)),
  }),
  (runtime) => ({
    toQueue: (message, deliver) => void runtime.setImmediate(() => deliver(message)),
    toFront: (message, deliver) => void runtime.setImmediate(() => deliver(message)),
  }),
]

function gzipBy(compress: CompressionCodec['compress']): CompressionCodec {
  return { id: 1, name: 'gzip', compress, decompress: (input) => gunzipSync(input) }
}

/** Made anew for each run: one of them remembers. */
const codecs: (() => CompressionCodec | undefined)[] = [
  () => undefined,
  () => undefined,
  () => gzipBy((input) => gzipSync(input)),
  () => gzipBy(async (input) => gzipSync(input)),
  () => {
    let calls = 0
    return gzipBy((input) => {
      if (++calls % 3 === 0) throw new Error('now and then')
      return gzipSync(input)
    })
  },
]

const settings = fc.record({
  lingerMs: fc.constantFrom(0, 0, 20, 2_000),
  batchBytes: fc.constantFrom(2_048, 16_384, 65_536),
  batchRecords: fc.constantFrom(1, 3, 10_000),
  bufferBytes: fc.constantFrom(65_536, 70_000, 200_000),
  maxBlockMs: fc.constantFrom(0, 100, 10_000),
  deliveryTimeoutMs: fc.constantFrom(500, 120_000),
  link: fc.constantFrom(...links),
  codec: fc.constantFrom(...codecs),
})

/** Promise reactions, those of a flush after those of a codec. */
async function reactions(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

async function settleDown(model: AccumulatorModel): Promise<void> {
  model.accumulator.runtime.advance(0)
  await reactions()
  model.check()
}

/** Everything is acknowledged until nothing is left. */
async function bringToEnd(model: AccumulatorModel): Promise<void> {
  model.accumulator.learn('unknown', 4)
  do {
    await settleDown(model)
    model.accumulator.runtime.advance(500)
    model.drain(1_048_576, false, -1)
    await settleDown(model)
    while (model.inFlight.length > 0) model.acknowledge(model.inFlight[0]!)
    while (model.unreleased.length > 0) model.release(model.unreleased[0]!)
    await settleDown(model)
  } while (model.accumulator.front.pending)
}

/** Everything is failed at once. */
async function bringDown(model: AccumulatorModel): Promise<void> {
  model.closed = true
  const closed = model.accumulator.front.close()
  await settleDown(model)
  for (const batch of model.accumulator.queue.take({})) {
    model.accumulator.fail(batch, 'PRODUCER_CLOSED')
  }
  while (model.inFlight.length > 0) model.fail(model.inFlight[0]!)
  while (model.unreleased.length > 0) model.release(model.unreleased[0]!)
  await settleDown(model)
  await closed
}

describe('the accumulator, whatever happens', () => {
  it('settles each record once, keeps its order and its bounds, and lets go of everything at the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.array(steps, { maxLength: 80, size: 'max' }),
        fc.boolean(),
        async ({ codec, ...setting }, run, closes) => {
          const compression = codec()
          const whole = compression === undefined ? setting : { ...setting, compression }
          const model = new AccumulatorModel(whole)
          for (const step of run) {
            step(model)
            await reactions()
            model.check()
          }
          await (closes ? bringDown(model) : bringToEnd(model))
          model.checkAllGone()
        },
      ),
      { numRuns: 300, interruptAfterTimeLimit: 90_000 },
    )
  }, 120_000)
})
