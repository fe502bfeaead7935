import { produceError } from '@sluice/embedded-broker'
import { produceApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { expectClean, faultyCluster, until, values } from './faulty-cluster.js'
import { expectAllAcknowledged, observedCluster } from './observed-cluster.js'
import { losesTheAnswer, losesTheRequest } from './produce-faults.js'
import { distinctBytes, numbersOf } from './wire-batches.js'

test('F1: what was written and not acknowledged goes again as it is, over a new connection, and is in the log once', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'before')
  observed.faults.push(losesTheAnswer, losesTheAnswer)
  await observed.send(0, ...values(10))
  expectAllAcknowledged(observed)
  const [, ...attempts] = observed.of(0)
  expect(attempts.map(({ connection }) => connection)).toEqual([1, 2, 3])
  expect(distinctBytes(attempts)).toBe(1)
  expect(observed.cluster.batchCount('t')).toBe(2)
})

test('F1: so does what was lost before it was written', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'before')
  observed.faults.push(losesTheRequest, losesTheRequest)
  await observed.send(0, ...values(10))
  expectAllAcknowledged(observed)
  const [, ...attempts] = observed.of(0)
  expect(attempts).toHaveLength(3)
  expect(distinctBytes(attempts)).toBe(1)
})

test('F1: a broker that says DUPLICATE_SEQUENCE_NUMBER has it: the send succeeds, without an offset', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'before')
  observed.faults.push(
    losesTheAnswer,
    produceError('DUPLICATE_SEQUENCE_NUMBER', { fields: { baseOffset: 77n } }),
  )
  const [sent] = await observed.send(0, 'a')
  expect(sent!.metadata).toMatchObject({ partition: 0, offset: -1n })
  await observed.send(0, 'after')
  expectAllAcknowledged(observed)
  expect(numbersOf(observed.of(0)).at(-1)).toEqual([0, 2, 'after'])
})

test.each([1, 4, 20, 100, 400])(
  'F2: a request that is cut off after %i bytes leaves nothing behind, and goes again',
  async (bytes) => {
    await using faulty = await faultyCluster()
    await faulty.send(0, 'before')
    faulty.proxy.resetAfter(bytes, 'requests')
    await faulty.send(0, ...values(10, 'x'.repeat(100)))
    expectClean(faulty)
    expect(faulty.proxy.accepted).toBe(2)
  },
)

const inFlight = 5

/** Of five in flight so many were written, and so many of those acknowledged. */
const prefixes = Array.from({ length: inFlight + 1 }, (_, written) =>
  Array.from({ length: written + 1 }, (_unused, acknowledged) => [written, acknowledged] as const),
).flat()

test.each(prefixes)(
  'F3: a reset with five in flight, %i of them written and %i acknowledged',
  async (written, acknowledged) => {
    await using faulty = await faultyCluster({ batchRecords: 1 })
    const { cluster, proxy } = faulty
    await faulty.send(0, 'before')
    let requests = 0
    let answers = 0
    proxy.onRequest = ({ apiKey }) =>
      apiKey === produceApi.key && ++requests > written ? 'drop' : 'pass'
    proxy.onAnswer = ({ apiKey }) =>
      apiKey === produceApi.key && ++answers > acknowledged ? 'drop' : 'pass'
    const sent = faulty.send(0, ...values(inFlight))
    await until(() => requests === inFlight && answers === written)
    await until(() => faulty.acknowledged.length === 1 + acknowledged)
    const [order, stop] = exchanges(faulty)
    proxy.reset()
    await sent
    stop()
    expectClean(faulty)
    expect(cluster.batchCount('t')).toBe(1 + inFlight)
    // One at a time until the first of them is acknowledged, and the others are repetitions, too.
    const again = inFlight - acknowledged
    expect(order).toEqual(Array.from({ length: again }, () => ['request', 'answer']).flat())
  },
)

/** Lets everything pass from now on, and notes in which order Produce requests and answers come. */
function exchanges({
  proxy,
}: Awaited<ReturnType<typeof faultyCluster>>): [order: string[], stop: () => void] {
  const order: string[] = []
  const note = (what: string, apiKey: number): 'pass' => {
    if (apiKey === produceApi.key) order.push(what)
    return 'pass'
  }
  proxy.onRequest = ({ apiKey }) => note('request', apiKey)
  proxy.onAnswer = ({ apiKey }) => note('answer', apiKey)
  return [order, () => (proxy.onRequest = proxy.onAnswer = () => 'pass')]
}

test('F3: any of five in flight may be refused: those behind it are out of order for the broker, and all are written in order', async () => {
  await using observed = await observedCluster({ batchRecords: 1 })
  const refuse = produceError('NOT_ENOUGH_REPLICAS')
  for (let which = 1; which < 2 ** inFlight; which++) {
    await observed.send(0, `before ${which}`)
    for (let place = 0; place < inFlight; place++)
      observed.faults.push((call) => (which & (1 << place) ? refuse(call) : undefined))
    const firstAttempts = observed.batches.length
    await observed.send(0, ...values(inFlight, `${which}-`))
    const together = observed.batches.slice(firstAttempts, firstAttempts + inFlight)
    expect(together.flatMap((batch) => batch.values)).toEqual(values(inFlight, `${which}-`))
  }
  expectAllAcknowledged(observed)
  // Whatever was refused kept its number.
  expect(new Set(observed.batches.map(({ epoch }) => epoch))).toEqual(new Set([0]))
  const records = observed.cluster.records('t')
  expect(observed.cluster.batchCount('t')).toBe(records.length)
})

test('F3: to a broker that does not know the producer one goes ahead alone, for it would take any number as the first', async () => {
  await using observed = await observedCluster({ batchRecords: 1 })
  observed.faults.push(produceError('NOT_ENOUGH_REPLICAS'))
  await observed.send(0, ...values(5))
  expectAllAcknowledged(observed)
  expect(numbersOf(observed.of(0)).slice(0, 3)).toEqual([
    [0, 0, '0'],
    [0, 0, '0'],
    [0, 1, '1'],
  ])
})
