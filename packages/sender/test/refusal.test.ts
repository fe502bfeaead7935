import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

const refusal = new KafkaError('SASL_AUTHENTICATION_FAILED', 'broker-1: wrong password')

test('batches for a broker that refuses our credentials fail at once, sealed or not, as surely not written', async () => {
  const world = new SenderWorld({ batchRecords: 10 })
  await world.openGate()
  world.network.down(1)
  const sent = await world.sendAll(0, ['a', 'b'])
  expect(sent.map(({ settled }) => settled)).toEqual([0, 0])
  world.network.refusals.set(1, refusal)
  world.network.changed()
  await world.settle()
  for (const { error } of sent) {
    expect(error).toMatchObject({
      code: 'SASL_AUTHENTICATION_FAILED',
      retriable: false,
      persisted: 'no',
      topic: 'orders',
      cause: refusal,
    })
  }
  expect(world.released).toHaveLength(2)
})

test('a batch that may be written says so when its broker refuses our credentials', async () => {
  const world = new SenderWorld()
  await world.openGate()
  const [sent] = await world.sendAll(0, ['a'])
  world.network.refusals.set(1, refusal)
  world.network.down(1)
  await world.advance(200)
  expect(sent!.error).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED', persisted: 'possibly' })
})

test('a broker that accepts our credentials again gets what is sent then, and partitions elsewhere are not concerned', async () => {
  const leaders = [
    { node: 1, epoch: 1 },
    { node: 2, epoch: 1 },
  ]
  const world = new SenderWorld({ leaders })
  world.network.up(2)
  world.network.down(1)
  world.network.refusals.set(1, refusal)
  const [lost] = await world.sendAll(0, ['lost'])
  const [elsewhere] = await world.sendAll(1, ['elsewhere'])
  world.call(2).ok()
  await world.settle()
  expect(lost!.error?.code).toBe('SASL_AUTHENTICATION_FAILED')
  expect(elsewhere!.error).toBeNull()
  world.network.refusals.delete(1)
  world.network.up(1)
  const [later] = await world.sendAll(0, ['later'])
  world.call(1).ok()
  await world.settle()
  expect(later).toMatchObject({ settled: 1, error: null })
})

test('each batch of a partition whose broker refuses our credentials fails when its back-off is over', async () => {
  const world = new SenderWorld()
  await world.openGate()
  const sent = await world.sendAll(0, ['a', 'b'])
  const [first, second] = world.calls()
  first!.refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(50)
  second!.refuse('NOT_ENOUGH_REPLICAS')
  world.network.refusals.set(1, refusal)
  world.network.down(1)
  await world.advance(50)
  expect(sent.map(({ settled }) => settled)).toEqual([1, 0])
  await world.advance(50)
  expect(sent.map(({ settled }) => settled)).toEqual([1, 1])
})
