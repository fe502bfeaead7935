import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

test('close fails what is in flight and what is queued, in order, and says which may be written', async () => {
  const world = new SenderWorld()
  await world.sendAll(0, ['in flight', 'queued'])
  const closed = world.accumulator.front.close()
  await world.settle()
  expect(world.settled.map(({ value, error }) => [value, error?.code, error?.persisted])).toEqual([
    ['in flight', 'PRODUCER_CLOSED', 'possibly'],
    ['queued', 'PRODUCER_CLOSED', 'no'],
  ])
  await closed
})

test('after close memory is given back when the connection lets go of it', async () => {
  const world = new SenderWorld()
  await world.sendAll(0, ['in flight', 'queued'])
  void world.accumulator.front.close()
  await world.settle()
  expect(world.released).toEqual([2])
  await world.network.close()
  expect(world.released).toEqual([2, 1])
  expect(world.settled).toHaveLength(2)
})

test('after close nothing is sent any more, whatever is answered', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  await world.sendAll(0, ['a'])
  void world.accumulator.front.close()
  await world.settle()
  world.network.identityCalls[0]!.ok(1n)
  world.network.changed()
  await world.advance(10_000)
  expect(world.network.calls).toEqual([])
  expect(world.settled.map(({ settled }) => settled)).toEqual([1])
})

test('a batch that had been refused before close was surely not written', async () => {
  const world = new SenderWorld()
  await world.sendAll(0, ['a'])
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  void world.accumulator.front.close()
  await world.settle()
  expect(world.settled[0]!.error).toMatchObject({
    code: 'PRODUCER_CLOSED',
    persisted: 'no',
    attempts: 1,
    cause: { code: 'NOT_ENOUGH_REPLICAS' },
  })
})

test('a retriable answer after close does not send the batch again', async () => {
  const world = new SenderWorld()
  await world.sendAll(0, ['a'])
  void world.accumulator.front.close()
  await world.settle()
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(10_000)
  expect(world.calls()).toEqual([])
  expect(world.released).toEqual([1])
})

test('queued batches of a partition with known and unknown fates are each settled and given back once', async () => {
  const world = new SenderWorld()
  await world.openGate()
  const sent = await world.sendAll(0, ['refused', 'unsure'])
  const [first, second] = world.calls()
  first!.refuse('NOT_ENOUGH_REPLICAS')
  second!.fail('CONNECTION_CLOSED', true)
  void world.accumulator.front.close()
  await world.settle()
  expect(sent.map(({ settled, error }) => [settled, error?.persisted])).toEqual([
    [1, 'no'],
    [1, 'possibly'],
  ])
  expect(world.released.toSorted((a, b) => a - b)).toEqual([1, 2, 3])
})
