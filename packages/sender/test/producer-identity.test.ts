import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

test('a sender that has nothing to send asks for nothing and opens no connection', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  await world.advance(60_000)
  expect(world.network.leastLoadedAsked).toBe(0)
  expect(world.network.connectsTo).toEqual([])
})

test('the producer id is asked for with the first topic, before its records can be sent', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  world.network.metadata.forget('orders')
  world.accumulator.front.forTopic('orders')
  await world.settle()
  expect(world.network.identityCalls).toHaveLength(1)
})

test('batches wait for the producer id and carry it', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  await world.sendAll(0, ['a'])
  expect(world.calls()).toEqual([])
  world.network.identityCalls[0]!.ok(4_711n)
  await world.settle()
  expect(world.call().batches[0]).toMatchObject({ producerId: 4_711n, epoch: 0, sequence: 0 })
  expect(world.network.identityCalls).toHaveLength(1)
})

test('sequences begin under the epoch that came with the producer id', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  await world.sendAll(0, ['a'])
  world.network.identityCalls[0]!.ok(4_711n, 7)
  await world.settle()
  expect(world.call().batches[0]).toMatchObject({ producerId: 4_711n, epoch: 7, sequence: 0 })
  world.call().refuse('UNKNOWN_PRODUCER_ID')
  await world.advance(100)
  expect(world.call().batches[0]).toMatchObject({ producerId: 4_711n, epoch: 8, sequence: 0 })
})

test.each(['COORDINATOR_LOAD_IN_PROGRESS', 'CONCURRENT_TRANSACTIONS'] as const)(
  '%s is retried after a back-off',
  async (code) => {
    const world = new SenderWorld({ holdIdentity: true })
    const [sent] = await world.sendAll(0, ['a'])
    world.network.identityCalls.shift()!.refuse(code)
    await world.advance(99)
    expect(world.network.identityCalls).toEqual([])
    await world.advance(1)
    world.network.identityCalls.shift()!.ok(1n)
    await world.settle()
    world.call().ok(2n)
    expect(sent!.offset).toBe(2n)
  },
)

test('a lost connection is retried too', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  await world.sendAll(0, ['a'])
  world.network.identityCalls.shift()!.fail('CONNECTION_CLOSED')
  await world.advance(100)
  expect(world.network.identityCalls).toHaveLength(1)
})

test('a producer id or epoch below 0 counts as none, and the sender asks again', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  await world.sendAll(0, ['a'])
  world.network.identityCalls.shift()!.ok(-1n)
  await world.advance(100)
  world.network.identityCalls.shift()!.ok(1n, -1)
  await world.advance(200)
  expect(world.calls()).toEqual([])
  world.network.identityCalls.shift()!.ok(0n)
  await world.settle()
  expect(world.call().batches[0]).toMatchObject({ producerId: 0n, epoch: 0, sequence: 0 })
})

test('the producer id is asked for once at a time', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  await world.sendAll(0, ['a'])
  await world.sendAll(1, ['b'])
  await world.advance(60_000)
  expect(world.network.identityCalls).toHaveLength(1)
})

test('while no broker can be asked the loop does not spin', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  await world.sendAll(0, ['a'])
  world.network.identityCalls.shift()!.fail('CONNECTION_CLOSED')
  world.network.down(1)
  await world.advance(200)
  const { polls } = world.network
  await world.advance(10_000)
  expect(world.network.polls - polls).toBeLessThan(5)
  world.network.up(1)
  await world.settle()
  expect(world.network.identityCalls).toHaveLength(1)
})

test('a refused producer id fails the batches that wait for it, sealed or not, with its cause', async () => {
  const world = new SenderWorld({ holdIdentity: true, batchRecords: 2 })
  const sealed = await world.sendAll(0, ['a', 'b'])
  const open = world.send(1, 'c')
  await world.settle()
  world.network.identityCalls.shift()!.refuse('CLUSTER_AUTHORIZATION_FAILED')
  await world.settle()
  for (const sent of [...sealed, open]) {
    expect(sent.error).toMatchObject({
      code: 'CLUSTER_AUTHORIZATION_FAILED',
      persisted: 'no',
      attempts: 0,
      cause: { code: 'CLUSTER_AUTHORIZATION_FAILED' },
    })
  }
  expect(world.released.toSorted((a, b) => a - b)).toEqual([1, 2])
})

test('a producer that may not write idempotently reads what to grant, or what to do without', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  const [sent] = await world.sendAll(0, ['a'])
  world.network.identityCalls.shift()!.refuse('CLUSTER_AUTHORIZATION_FAILED')
  await world.settle()
  expect(sent!.error!.message).toBe(
    'CLUSTER_AUTHORIZATION_FAILED: not sent: the cluster gave no producer id (InitProducerId); ' +
      'grant Write on the topic (on an old Kafka IdempotentWrite on the cluster), or set idempotent: false',
  )
})

test('after a refused producer id the sender asks no more until there is a record again', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  await world.sendAll(0, ['a'])
  world.network.identityCalls.shift()!.refuse('CLUSTER_AUTHORIZATION_FAILED')
  await world.advance(60_000)
  expect(world.network.identityCalls).toEqual([])
  const [again] = await world.sendAll(0, ['b'])
  world.network.identityCalls.shift()!.ok(5n)
  await world.settle()
  world.call().ok(0n)
  expect(again!.offset).toBe(0n)
})

test('a batch that times out while there is no id was never sent', async () => {
  const world = new SenderWorld({ holdIdentity: true, deliveryTimeoutMs: 1_000 })
  const [sent] = await world.sendAll(0, ['a'])
  await world.advance(1_000)
  expect(sent!.error).toMatchObject({ code: 'DELIVERY_TIMEOUT', persisted: 'no', attempts: 0 })
})

test('a batch that times out for want of an id says why there is none', async () => {
  const world = new SenderWorld({ holdIdentity: true, deliveryTimeoutMs: 1_000 })
  const [sent] = await world.sendAll(0, ['a'])
  world.network.identityCalls.shift()!.refuse('COORDINATOR_LOAD_IN_PROGRESS')
  await world.advance(1_000)
  expect(sent!.error).toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    message: expect.stringMatching(/COORDINATOR_LOAD_IN_PROGRESS: .*InitProducerId/),
    persisted: 'no',
    attempts: 0,
    cause: { code: 'COORDINATOR_LOAD_IN_PROGRESS' },
  })
})

/** Partitions 0 and 1 carry producer id 7, and the broker has just refused it in partition 0. */
async function staleInOnePartition() {
  const world = new SenderWorld({ holdIdentity: true })
  for (const partition of [0, 1]) world.send(partition, `first of ${partition}`)
  await world.settle()
  world.network.identityCalls.shift()!.ok(7n)
  await world.settle()
  world.call().reply({ 0: { code: 'INVALID_PRODUCER_EPOCH' } })
  return world
}

test('a refused producer id concerns only partitions without an id', async () => {
  const world = await staleInOnePartition()
  await world.advance(100)
  world.network.mute(1, true)
  const undisturbed = world.send(1, 'undisturbed')
  world.network.identityCalls.shift()!.refuse('CLUSTER_AUTHORIZATION_FAILED')
  await world.settle()
  expect(world.settled.map(({ value, error }) => [value, error?.code])).toEqual([
    ['first of 1', undefined],
    ['first of 0', 'CLUSTER_AUTHORIZATION_FAILED'],
  ])
  world.network.mute(1, false)
  await world.settle()
  world.call().ok(1n)
  expect(undisturbed.offset).toBe(1n)
})

test('an id that has been replaced already is not replaced again', async () => {
  const world = await staleInOnePartition()
  await world.advance(100)
  world.network.identityCalls.shift()!.ok(8n)
  await world.settle()
  world.call().ok()
  world.send(1, 'still under the old one')
  await world.settle()
  world.call().refuse('INVALID_PRODUCER_EPOCH')
  await world.advance(100)
  expect(world.call().batches[0]).toMatchObject({ producerId: 8n, epoch: 0, sequence: 0 })
  expect(world.network.identityCalls).toEqual([])
})

test('a producer id that a batch has used up in this very turn is not given to a partition that begins', async () => {
  const leaders = [
    { node: 1, epoch: 1 },
    { node: 2, epoch: 1 },
  ]
  const world = new SenderWorld({ leaders, holdIdentity: true })
  world.network.up(2)
  world.network.mute(2, true)
  const [first] = await world.sendAll(0, ['first'])
  // The last epoch: a partition that needs another one needs another id.
  world.network.identityCalls[0]!.ok(7n, 32_767)
  await world.settle()
  world.call(1).refuse('NOT_ENOUGH_REPLICAS')
  const [begins] = await world.sendAll(1, ['begins'])
  world.network.refusals.set(1, new KafkaError('SASL_AUTHENTICATION_FAILED', 'wrong password'))
  world.network.down(1)
  await world.settle()
  // In one run the first fails, which uses up the id, and the other broker takes requests again.
  world.runtime.advance(100)
  world.network.mute(2, false)
  await world.settle()
  expect(first!.error?.code).toBe('SASL_AUTHENTICATION_FAILED')
  expect(world.calls(2)).toEqual([])
  world.network.identityCalls[1]!.ok(8n)
  await world.settle()
  expect(world.call(2).batches[0]).toMatchObject({ producerId: 8n, epoch: 0, sequence: 0 })
  world.call(2).ok(3n)
  expect(begins!.offset).toBe(3n)
})
