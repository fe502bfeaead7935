import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

const timeout = { deliveryTimeoutMs: 1_000 }
const unreachable = new KafkaError(
  'CONNECTION_FAILED',
  'broker 1 cannot be reached at kafka-1:9092',
)

test('a batch that was never sent names what ails its leader, before what ails the cluster', async () => {
  const world = new SenderWorld(timeout)
  world.network.mute(1, true)
  world.network.failures.set(1, unreachable)
  world.network.metadata.lastError = new KafkaError('CONNECTION_FAILED', 'no bootstrap server')
  const [sent] = await world.sendAll(0, ['a'])
  await world.advance(1_000)
  expect(sent!.error).toMatchObject({ code: 'DELIVERY_TIMEOUT', cause: unreachable })
  expect(sent!.error!.message).toBe(
    'DELIVERY_TIMEOUT: not acknowledged within 1000 ms after 0 attempts, last CONNECTION_FAILED: broker 1 cannot be reached at kafka-1:9092',
  )
})

test('a batch that was sent names the answer to its last attempt, and what ails its leader now', async () => {
  const world = new SenderWorld({ ...timeout, retryBackoffMs: 600 })
  const [sent] = await world.sendAll(0, ['a'])
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(10)
  world.network.failures.set(1, unreachable)
  world.network.mute(1, true)
  await world.advance(1_000)
  expect(sent!.error).toMatchObject({ cause: { code: 'NOT_ENOUGH_REPLICAS' }, attempts: 1 })
  expect(sent!.error!.message).toMatch(
    /after 1 attempts, last NOT_ENOUGH_REPLICAS: .*; now CONNECTION_FAILED: broker 1 cannot be reached/,
  )
})

test('a batch whose partition has no leader says so when it times out', async () => {
  const world = new SenderWorld(timeout)
  world.network.metadata.setLeader('orders', 0, null)
  const [sent] = await world.sendAll(0, ['a'])
  await world.advance(1_000)
  expect(sent!.error!.message).toContain('partition 0 of orders has no leader at the moment')
  expect(sent!.error).toMatchObject({ cause: { code: 'LEADER_NOT_AVAILABLE' } })
})

test('a producer that is closed before its leader could be reached says what was in the way', async () => {
  const world = new SenderWorld()
  world.network.mute(1, true)
  world.network.failures.set(1, unreachable)
  const [sent] = await world.sendAll(0, ['a'])
  void world.accumulator.front.close()
  await world.settle()
  expect(sent!.error).toMatchObject({ code: 'PRODUCER_CLOSED', cause: unreachable })
  expect(sent!.error!.message).toContain('after 0 attempts, last CONNECTION_FAILED: broker 1')
})
