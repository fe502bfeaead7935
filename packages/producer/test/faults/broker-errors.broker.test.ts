import { produceError } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { values } from './faulty-cluster.js'
import { expectAllAcknowledged, expectHonest, observedCluster } from './observed-cluster.js'
import type { Fault } from './produce-faults.js'
import { numbersOf } from './wire-batches.js'

test('F20: a leader that cannot reach its disk is left as soon as the cluster names another', async () => {
  await using observed = await observedCluster({
    batchRecords: 1,
    cluster: { brokers: 3, topics: { t: { partitions: 2 } } },
  })
  const { cluster } = observed
  await observed.send(0, 'before')
  await observed.send(1, 'other before')
  const asked = (): number =>
    cluster.brokers.reduce((sum, broker) => sum + broker.requestCount('Metadata'), 0)
  const before = asked()
  observed.onProduce = (call) => {
    if (call.nodeId !== 0) return undefined
    if (observed.of(0).filter(({ broker }) => broker === 0).length === 4)
      cluster.moveLeader('t', 0, 2)
    return produceError('KAFKA_STORAGE_ERROR')(call)
  }
  await Promise.all([observed.send(0, ...values(5)), observed.send(1, ...values(5, 'other '))])
  expectAllAcknowledged(observed)
  expect(asked()).toBeGreaterThan(before)
  expect(
    new Set(
      observed
        .of(0)
        .slice(-5)
        .map(({ broker }) => broker),
    ),
  ).toEqual(new Set([2]))
  expect(new Set(observed.batches.map(({ epoch }) => epoch))).toEqual(new Set([0]))
})

/** A bit of the last record turns over on the way. */
const damages: Fault = (call) => {
  const topicData = call.request.topicData.map((topic) => ({
    ...topic,
    partitionData: topic.partitionData.map(({ index, records }) => {
      const bytes = Buffer.concat(records ?? [])
      bytes[bytes.length - 2]! ^= 1
      return { index, records: [bytes] }
    }),
  }))
  return call.serve({ ...call.request, topicData })
}

test('F21: what was damaged on the way goes again', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'before')
  observed.faults.push(damages, damages)
  await observed.send(0, ...values(10))
  expectAllAcknowledged(observed)
  expect(observed.of(0)).toHaveLength(4)
})

test('F21: of a batch that is refused for one record that one hears why, and the others are written in their order', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'before')
  const recordErrors = [{ batchIndex: 1, batchIndexErrorMessage: 'it has no key' }]
  observed.faults.push(produceError('INVALID_RECORD', { fields: { recordErrors } }))
  const [a, b, c] = await observed.send(0, 'a', 'b', 'c')
  const expected = { code: 'INVALID_RECORD', persisted: 'no', attempts: 1, broker: 0 }
  expect(b!.error).toMatchObject(expected)
  expect(b!.error!.message).toContain('of this record it said: it has no key')
  expect([a!.error, c!.error]).toEqual([null, null])
  await observed.send(0, 'd', 'e')
  expectHonest(observed)
  expect(numbersOf(observed.of(0))).toEqual([
    [0, 0, 'before'],
    [0, 1, 'a', 'b', 'c'],
    [0, 1, 'a', 'c'],
    [0, 3, 'd', 'e'],
  ])
  expect(observed.cluster.records('t')).toHaveLength(5)
})

test('F21: a record with a timestamp that its broker does not accept is rejected alone', async () => {
  await using observed = await observedCluster()
  const ahead = Date.now() + 7_200_000
  const [good, bad] = await observed.sendRecords([
    { topic: 't', partition: 0, value: 'good' },
    { topic: 't', partition: 0, value: 'bad', timestamp: ahead },
  ])
  expect(bad!.error).toMatchObject({ code: 'INVALID_TIMESTAMP', persisted: 'no' })
  expect(bad!.error!.message).toContain('more than an hour ahead')
  expect(good!.error).toBeNull()
  await observed.send(0, 'again')
  expectHonest(observed)
})

test('F22: a batch that is too large for its topic goes in parts, in order and under the numbers it had', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'before')
  observed.cluster.alterTopic('t', { maxMessageBytes: 1_000 })
  await observed.send(0, ...values(100, 'x'.repeat(30)))
  await observed.send(0, 'after')
  expectAllAcknowledged(observed)
  const written = observed.of(0).filter(({ bytes }) => bytes.length <= 1_000)
  let sequence = 0
  for (const batch of written) {
    expect(batch).toMatchObject({ epoch: 0, sequence })
    sequence += batch.values.length
  }
  expect(observed.of(0).length).toBeGreaterThan(written.length)
})

test('F22: the one record that is too large is rejected, and those around it are written', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'before')
  observed.cluster.alterTopic('t', { maxMessageBytes: 1_000 })
  const sent = await observed.send(0, ...values(5, 'a'), 'x'.repeat(1_500), ...values(5, 'b'))
  const rejected = sent.filter(({ error }) => error !== null)
  expect(rejected.map(({ record }) => record.value)).toEqual(['x'.repeat(1_500)])
  expect(rejected[0]!.error).toMatchObject({
    code: 'MESSAGE_TOO_LARGE',
    persisted: 'no',
    topic: 't',
    partition: 0,
    broker: 0,
  })
  await observed.send(0, 'after')
  expectHonest(observed)
})

test('F22: what is larger than a request may be never leaves', async () => {
  await using observed = await observedCluster({ maxRequestBytes: 65_536 })
  const [tooLarge] = await observed.send(0, 'x'.repeat(70_000))
  expect(tooLarge!.error).toMatchObject({ code: 'RECORD_TOO_LARGE', persisted: 'no', topic: 't' })
  expect(observed.batches).toEqual([])
})

test('F22: what may have been written is not sent in parts, which would be new to the broker: it fails and says so', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'before')
  observed.faults.push(async (call) => {
    await call.serve()
    observed.cluster.alterTopic('t', { maxMessageBytes: 500 })
    return call.close({ reset: true })
  })
  const sent = await observed.send(0, ...values(20, 'x'.repeat(30)))
  for (const { error } of sent)
    expect(error).toMatchObject({ code: 'MESSAGE_TOO_LARGE', persisted: 'possibly', attempts: 2 })
  await observed.send(0, 'after')
  expectHonest(observed)
  expect(observed.cluster.records('t')).toHaveLength(22)
})
