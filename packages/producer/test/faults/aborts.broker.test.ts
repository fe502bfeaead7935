import { type Intercepted, type InterceptedCall, produceError } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { expectClean, faultyCluster, type FaultyCluster, until, values } from './faulty-cluster.js'
import { watchBatches, type ArrivedBatch } from './wire-batches.js'

type ProduceCall = InterceptedCall<'Produce'>
type Step = (call: ProduceCall) => Intercepted<'Produce'> | Promise<Intercepted<'Produce'>>

interface Aborted extends AsyncDisposable {
  readonly faulty: FaultyCluster
  readonly batches: readonly ArrivedBatch[]
  /** What the caller got. */
  readonly error: unknown
  /** The broker goes on. */
  release(): void
}

/** A record is with the broker, which does not answer yet, and its caller has aborted. */
async function abortedInFlight(then: Step): Promise<Aborted> {
  const faulty = await faultyCluster()
  const batches = watchBatches(faulty.cluster)
  await faulty.send(0, 'before')
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const hold: Step = async (call) => (await released, then(call))
  faulty.cluster.intercept('Produce', hold, { times: 1 })
  const asked = faulty.cluster.brokers[0]!.requestCount('Produce')
  const controller = new AbortController()
  const { signal } = controller
  const sent = faulty.producer.send({ topic: 't', partition: 0, value: 'aborted' }, { signal })
  const caught = sent.catch((error: unknown) => error)
  await until(() => faulty.cluster.brokers[0]!.requestCount('Produce') > asked)
  controller.abort('enough')
  return {
    faulty,
    batches,
    error: await caught,
    release,
    [Symbol.asyncDispose]: () => faulty[Symbol.asyncDispose](),
  }
}

const valuesIn = ({ cluster }: FaultyCluster): string[] =>
  cluster.records('t').map(({ value }) => String(value))

const ways: [string, Step][] = [
  ['is written and acknowledged', () => {}],
  [
    'is written and its answer lost',
    async (call) => (await call.serve(), call.close({ reset: true })),
  ],
  ['does not arrive', (call) => call.close({ reset: true })],
  ['is refused for the moment', produceError('NOT_ENOUGH_REPLICAS')],
  [
    'is written, and the broker cannot say so',
    produceError('REQUEST_TIMED_OUT', { appended: true }),
  ],
]

test.each(ways)(
  'F42: a record that is aborted in flight and %s is in the log once, and the numbers behind it are right',
  async (_, then) => {
    await using aborted = await abortedInFlight(then)
    const { faulty, batches, error } = aborted
    expect(error).toMatchObject({
      name: 'AbortError',
      code: 'ABORTED',
      persisted: 'possibly',
      cause: 'enough',
    })
    const behind = values(10, 'behind ')
    const sends = behind.map((value) => faulty.send(0, value))
    aborted.release()
    await Promise.all(sends)
    expect(valuesIn(faulty)).toEqual(['before', 'aborted', ...behind])
    expect(faulty.acknowledged.map(({ offset }) => offset)).toEqual([
      0n,
      ...behind.map((__, index) => BigInt(index + 2)),
    ])
    // One producer id, one epoch, and a record at each sequence.
    const first = (value: string): ArrivedBatch => batches.find((one) => one.values[0] === value)!
    expect(batches.every(({ epoch }) => epoch === 0)).toBe(true)
    expect([first('before'), first('aborted')].map(({ sequence }) => sequence)).toEqual([0, 1])
    expect(first('behind 0').sequence).toBe(2)
    expect(faulty.cluster.brokers[0]!.requestCount('InitProducerId')).toBe(1)
  },
)

test('F42: a record that is refused for good after its caller has aborted disturbs no other', async () => {
  await using aborted = await abortedInFlight(produceError('INVALID_RECORD'))
  const { faulty } = aborted
  const unhandled: unknown[] = []
  const listener = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', listener)
  const sends = values(5, 'behind ').map((value) => faulty.send(0, value))
  aborted.release()
  await Promise.all(sends)
  await new Promise(setImmediate)
  process.off('unhandledRejection', listener)
  expect(unhandled).toEqual([])
  expectClean(faulty)
})

test('F42: flush and close wait for the record that was aborted', async () => {
  await using aborted = await abortedInFlight(() => {})
  const { faulty } = aborted
  let flushed = false
  const flush = faulty.producer.flush().then(() => (flushed = true))
  const close = faulty.producer.close()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(flushed).toBe(false)
  aborted.release()
  await Promise.all([flush, close])
  expect(valuesIn(faulty)).toEqual(['before', 'aborted'])
})

test('F42: a record that is in a batch already is sent though its caller aborts; one that still waits is not', async () => {
  await using faulty = await faultyCluster({ batchBytes: 16_384, bufferBytes: 65_536 })
  await faulty.producer.partitionsFor('t')
  const controller = new AbortController()
  const { signal } = controller
  const value = 'x'.repeat(12_000)
  const sends = Array.from({ length: 8 }, (_, n) =>
    faulty.producer
      .send({ topic: 't', partition: 0, value: `${n}${value}` }, { signal })
      .catch((error: unknown) => error as { code: string; persisted: string }),
  )
  controller.abort()
  const ends = (await Promise.all(sends)) as { code: string; persisted: string }[]
  expect(new Set(ends.map(({ code }) => code))).toEqual(new Set(['ABORTED']))
  await faulty.producer.flush()
  const appended = ends.filter(({ persisted }) => persisted === 'possibly').length
  expect(appended).toBeGreaterThan(0)
  expect(ends.filter(({ persisted }) => persisted === 'no')).toHaveLength(8 - appended)
  expect(valuesIn(faulty).map((text) => text[0])).toEqual(
    Array.from({ length: appended }, (_, n) => `${n}`),
  )
})
