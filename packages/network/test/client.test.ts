import { produceApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { outcome, SocketWorld } from './socket-world.js'

test('a request goes out with the next poll and its answer comes back', async () => {
  const world = await new SocketWorld().connected(1)
  expect(world.client.ready(1)).toBe(true)
  const answers = world.produce(1)
  await world.runtime.settle()
  expect(world.broker.of(produceApi)).toHaveLength(0)
  world.client.poll()
  await world.runtime.settle()
  const [request] = world.broker.of(produceApi)
  world.broker.answer(request!, { responses: [], throttleTimeMs: 0 })
  expect(answers).toEqual([
    { error: null, version: 13, response: { responses: [], throttleTimeMs: 0, nodeEndpoints: [] } },
  ])
})

test('the first ready connects', async () => {
  const world = new SocketWorld()
  expect(world.client.ready(1)).toBe(false)
  await world.runtime.settle()
  expect(world.client.ready(1)).toBe(true)
})

test('the first leastLoadedNode connects', async () => {
  const world = new SocketWorld()
  expect(world.client.leastLoadedNode()).toBeNull()
  await world.runtime.settle()
  expect(world.client.leastLoadedNode()).toBe(1)
})

test('asking whether a node is ready connects to it, once', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected()
  expect(world.client.ready(2)).toBe(false)
  expect(world.client.ready(2)).toBe(false)
  const before = world.changes
  await world.runtime.settle()
  expect(world.network.attempts).toEqual(['broker-1:9092', 'broker-2:9092'])
  expect(world.changes).toBe(before + 1)
  expect(world.client.ready(2)).toBe(true)
})

test('each connection has a number of its own', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  const first = [world.client.connectionId(1), world.client.connectionId(2)]
  expect(new Set(first).size).toBe(2)
  world.network.open.find(({ address }) => address === 'broker-2:9092')!.hangUp()
  expect(world.client.connectionId(2)).toBe(0)
  world.client.onChange(() => world.client.ready(2))
  world.client.ready(2)
  await world.runtime.pass(100)
  expect(world.client.connectionId(2)).toBeGreaterThan(Math.max(...first))
})

test('changes are told once a turn, however many there were', async () => {
  const world = await new SocketWorld({ brokers: 3 }).connected(1, 2, 3)
  const before = world.changes
  for (const stream of world.network.open) stream.hangUp()
  expect(world.changes).toBe(before)
  await Promise.resolve()
  expect(world.changes).toBe(before)
  await world.runtime.settle()
  expect(world.changes).toBe(before + 1)
})

test('a listener that throws does not keep the others from hearing', async () => {
  const world = new SocketWorld()
  let heard = 0
  world.client.onChange(() => {
    throw new Error('mine')
  })
  world.client.onChange(() => heard++)
  await world.connected()
  expect(heard).toBeGreaterThan(0)
  expect(world.warnings[0]).toContain('mine')
})

test('close answers everything, stops every timer and waits for the streams', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  const answers = world.produce(1)
  world.client.poll()
  world.produce(1, -1, answers)
  await world.runtime.settle()
  for (const stream of world.network.open) stream.closes = false
  let closed = false
  const closing = world.client.close().then(() => (closed = true))
  expect(world.client.close()).toBe(world.client.close())
  await world.runtime.settle()
  expect(world.runtime.pendingTimers).toBe(0)
  expect(answers).toEqual([])
  const [first, second] = world.network.open
  first!.hangUp()
  await world.runtime.settle()
  expect(closed).toBe(false)
  second!.hangUp()
  await world.runtime.settle()
  expect(closed).toBe(true)
  await closing
  expect(answers).toMatchObject([
    { error: { code: 'CONNECTION_CLOSED' }, written: true },
    { error: { code: 'CONNECTION_CLOSED' }, written: false },
  ])
})

test('after close nothing happens any more', async () => {
  const world = await new SocketWorld().connected(1)
  await world.client.close()
  const { attempts } = world.network
  const before = attempts.length
  expect(world.client.ready(1)).toBe(false)
  expect(world.client.leastLoadedNode()).toBeNull()
  world.client.metadata.want('late')
  world.client.metadata.refresh()
  const answers = world.produce(1)
  world.client.poll()
  await expect(world.client.connect()).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  await world.runtime.pass(1_000_000)
  expect(attempts).toHaveLength(before)
  expect(answers).toMatchObject([{ error: { code: 'CONNECTION_CLOSED' } }])
  expect(world.runtime.pendingTimers).toBe(0)
})

test('close ends a connect that waits, at whatever stage it is', async () => {
  for (const stage of ['list', 'tcp', 'versions']) {
    const bootstrapServers =
      stage === 'list' ? () => new Promise<never>(() => {}) : ['broker-1:9092']
    const world = new SocketWorld({ brokers: 0, bootstrapServers })
    if (stage === 'tcp') world.network.hang('broker-1:9092')
    if (stage === 'versions') world.network.listen('broker-1:9092', () => {})
    const connecting = outcome(world.client.connect())
    await world.runtime.settle()
    await world.client.close()
    expect(await connecting).toMatchObject({ code: 'CONNECTION_CLOSED' })
    expect(world.runtime.pendingTimers).toBe(0)
    expect(world.network.open).toHaveLength(0)
  }
})

test('close of a client that was never used resolves', async () => {
  await expect(new SocketWorld().client.close()).resolves.toBeUndefined()
})
