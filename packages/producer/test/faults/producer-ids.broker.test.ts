import { type InterceptedCall, type Intercepted, produceError } from '@sluice/embedded-broker'
import { brokerErrors } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { expectClean, faultyCluster, type FaultyCluster, values } from './faulty-cluster.js'
import { producerClock } from './producer-clock.js'
import { watchBatches } from './wire-batches.js'

type IdCall = InterceptedCall<'InitProducerId'>
type IdAnswer = Intercepted<'InitProducerId'> | Promise<Intercepted<'InitProducerId'>>

const refused = (code: keyof typeof brokerErrors): IdAnswer => ({
  throttleTimeMs: 0,
  errorCode: brokerErrors[code][0],
  producerId: -1n,
  producerEpoch: -1,
})

const idRequests = ({ cluster }: FaultyCluster): number =>
  cluster.brokers[0]!.requestCount('InitProducerId')

const trouble: [string, (call: IdCall) => IdAnswer][] = [
  ['COORDINATOR_LOAD_IN_PROGRESS', () => refused('COORDINATOR_LOAD_IN_PROGRESS')],
  ['COORDINATOR_NOT_AVAILABLE', () => refused('COORDINATOR_NOT_AVAILABLE')],
  ['NOT_COORDINATOR', () => refused('NOT_COORDINATOR')],
  ['CONCURRENT_TRANSACTIONS', () => refused('CONCURRENT_TRANSACTIONS')],
  ['REQUEST_TIMED_OUT', () => refused('REQUEST_TIMED_OUT')],
  ['no producer id, and no error', async (call) => ({ ...(await call.serve())!, producerId: -1n })],
  ['a closed connection', (call) => call.close()],
  [
    'a reset after the id was given',
    async (call) => (await call.serve(), call.close({ reset: true })),
  ],
  ['garbage', () => Buffer.from('HTTP/1.1 400 Bad Request')],
  ['silence', (call) => call.hang()],
]

test.each(trouble)(
  'F29: InitProducerId answered with %s, three times, is asked again after a back-off each, and the records go then',
  async (_, answer) => {
    const clock = producerClock()
    const times = { requestTimeoutMs: 1_000, retryBackoffMs: 100, reconnectBackoffMs: 100 }
    await using faulty = await faultyCluster({ create: clock.create, partitions: 2, ...times })
    const batches = watchBatches(faulty.cluster)
    const askedAt: number[] = []
    faulty.cluster.intercept('InitProducerId', answer, { times: 3 })
    faulty.cluster.intercept('InitProducerId', () => void askedAt.push(clock.now()))
    await clock.passDuring(
      Promise.all([faulty.send(0, ...values(10)), faulty.send(1, ...values(10))]),
    )
    expectClean(faulty)
    expect(idRequests(faulty)).toBe(4)
    // 100, 200 and 400 ms, each 20 % less at most.
    const pauses = askedAt.slice(1).map((at, index) => at - askedAt[index]!)
    for (const [index, pause] of pauses.entries())
      expect(pause).toBeGreaterThanOrEqual(80 * 2 ** index)
    expect(new Set(batches.map(({ producerId, epoch }) => `${producerId}/${epoch}`)).size).toBe(1)
  },
)

test('F29: a record for which there is no producer id in time was never sent, and says why', async () => {
  const clock = producerClock()
  await using faulty = await faultyCluster({ create: clock.create })
  const stop = faulty.cluster.intercept('InitProducerId', () =>
    refused('COORDINATOR_LOAD_IN_PROGRESS'),
  )
  await clock.passDuring(faulty.producer.partitionsFor('t'))
  const begun = clock.now()
  const failed = faulty.producer.send({ topic: 't', value: 'late' }).catch((e: unknown) => e)
  let settled = false
  void failed.then(() => (settled = true))
  await clock.passUntil(() => idRequests(faulty) > 0)
  await clock.pass(begun + 19_999 - clock.now(), 100)
  expect(settled).toBe(false)
  await clock.pass(1)
  expect(await failed).toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    persisted: 'no',
    attempts: 0,
    cause: { code: 'COORDINATOR_LOAD_IN_PROGRESS' },
  })
  stop()
  await clock.passDuring(faulty.send(0, 'next'))
  expectClean(faulty)
})

/** A producer whose id comes with the last epoch but one. */
async function nearTheLastEpoch() {
  const faulty = await faultyCluster({ partitions: 2 })
  faulty.cluster.intercept(
    'InitProducerId',
    async (call) => ({ ...(await call.serve())!, producerEpoch: 32_766 }),
    { times: 1 },
  )
  return { faulty, batches: watchBatches(faulty.cluster) }
}

/** One record is refused for good: its partition goes on under the next epoch. */
async function bumpEpoch(faulty: FaultyCluster): Promise<void> {
  const refusal = produceError('INVALID_RECORD', { partition: 0 })
  faulty.cluster.intercept('Produce', refusal, { times: 1 })
  await expect(
    faulty.producer.send({ topic: 't', partition: 0, value: 'refused' }),
  ).rejects.toMatchObject({ code: 'INVALID_RECORD', persisted: 'no', attempts: 1 })
}

test('F34: behind the last epoch a partition goes on under another producer id, and no record is affected', async () => {
  const { faulty, batches } = await nearTheLastEpoch()
  await using _ = faulty
  for (let round = 0; round < 3; round++) {
    await Promise.all([faulty.send(0, `first of ${round}`), faulty.send(1, `beside ${round}`)])
    await faulty.send(0, `second of ${round}`)
    await bumpEpoch(faulty)
  }
  await faulty.send(0, 'last')
  expectClean(faulty)
  const numbers = (partition: number): string[] =>
    batches
      .filter((batch) => batch.partition === partition && batch.values[0] !== 'refused')
      .map(({ producerId, epoch, sequence }) => `${producerId}/${epoch}/${sequence}`)
  const [old, next] = [...new Set(batches.map(({ producerId }) => producerId))]
  expect(numbers(0)).toEqual([
    `${old}/32766/0`,
    `${old}/32766/1`,
    `${old}/32767/0`,
    `${old}/32767/1`,
    `${next}/0/0`,
    `${next}/0/1`,
    `${next}/1/0`,
  ])
  // The other partition is not disturbed.
  expect(numbers(1)).toEqual([0, 1, 2].map((sequence) => `${old}/32766/${sequence}`))
  expect(idRequests(faulty)).toBe(2)
})

test('F34: records that were on their way as the epochs ran out follow under the new id, in order and once', async () => {
  const { faulty } = await nearTheLastEpoch()
  await using _ = faulty
  await faulty.send(0, 'opens the gate')
  await bumpEpoch(faulty)
  await faulty.send(0, 'opens the gate again')
  const refusal = produceError('INVALID_RECORD', { partition: 0 })
  faulty.cluster.intercept('Produce', refusal, { times: 1 })
  const lost = faulty.producer
    .send({ topic: 't', partition: 0, value: 'refused' })
    .catch((error: unknown) => error)
  // Each turn another batch, behind the one that is refused.
  const sends: Promise<unknown>[] = []
  for (let turn = 0; turn < 10; turn++) {
    await new Promise(setImmediate)
    sends.push(faulty.send(0, `behind ${turn}`))
  }
  expect(await lost).toMatchObject({ code: 'INVALID_RECORD', persisted: 'no' })
  await Promise.all(sends)
  expectClean(faulty)
  expect(idRequests(faulty)).toBe(2)
})
