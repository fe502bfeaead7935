import { apiVersionsApi, metadataApi } from '@sluice/protocol'
import { expect, test, vi } from 'vitest'
import { FakeBroker, silence } from '../fake-broker.js'
import { outcome, SocketWorld } from '../socket-world.js'

/** A client of a cluster that has moved to one other address. What happens at its old addresses is up to the test. */
async function movedWorld(brokers: number): Promise<SocketWorld> {
  const servers = vi.fn<() => string[]>(() => ['broker-1:9092'])
  const world = await new SocketWorld({ brokers, bootstrapServers: servers }).connected()
  for (let id = 1; id <= brokers; id++) world.network.hang(`broker-${id}:9092`)
  const moved = new FakeBroker().listen(world.network, 'moved:9092')
  moved.view.brokers = [{ nodeId: 1, host: 'moved', port: 9092 }]
  moved.view.topics.set('orders', { partitions: [{ leader: 1 }] })
  servers.mockReturnValue(['moved:9092'])
  return world
}

test('a cluster whose old addresses drop packets is found anew two seconds after metadata is needed', async () => {
  const world = await movedWorld(12)
  for (const stream of world.network.open) stream.hangUp()
  await world.runtime.pass(2_100)
  world.client.metadata.want('orders')
  await world.runtime.pass(100)
  expect(world.client.metadata.leader('orders', 0)).toMatchObject({ node: 1 })
  world.client.ready(1)
  await world.runtime.settle()
  expect(world.client.ready(1)).toBe(true)
  expect(world.network.open.map(({ address }) => address)).toEqual(['moved:9092'])
})

test('a cluster whose old connections fall silent is found anew, too', async () => {
  const world = await movedWorld(12)
  for (const broker of world.brokers) broker.script = () => silence
  await world.runtime.pass(1_000)
  world.client.metadata.want('orders')
  await world.runtime.pass(3_100)
  expect(world.client.metadata.leader('orders', 0)).toMatchObject({ node: 1 })
})

test('old addresses that hang up before they are slow do not put off the bootstrap servers', async () => {
  const world = await movedWorld(12)
  for (let id = 1; id <= 12; id++)
    world.network.listen(`broker-${id}:9092`, (stream) => {
      world.runtime.setTimeout(() => stream.hangUp(), 900)
    })
  for (const stream of world.network.open) stream.hangUp()
  world.client.metadata.want('orders')
  await world.runtime.pass(2_100)
  expect(world.client.metadata.leader('orders', 0)).toMatchObject({ node: 1 })
})

test('of many known brokers another one is tried each second, beside those that are silent', async () => {
  const world = await movedWorld(12)
  world.network.hang('moved:9092')
  world.runtime.random = () => 0
  const last = world.brokers[11]!.listen(world.network, 'broker-12:9092')
  for (const stream of world.network.open) stream.hangUp()
  world.client.metadata.want('orders')
  await world.runtime.pass(12_500)
  expect(last.of(metadataApi)).not.toEqual([])
})

test('a broker that answers within a second is waited for, without the bootstrap servers', async () => {
  const servers = vi.fn<() => string[]>(() => ['broker-1:9092'])
  const world = await new SocketWorld({ brokers: 2, bootstrapServers: servers }).connected(1)
  await world.runtime.pass(60_000)
  const [first, late] = world.brokers as [FakeBroker, FakeBroker]
  world.network.hang('broker-1:9092')
  late.script = ({ apiKey }) => (apiKey === apiVersionsApi.key ? silence : undefined)
  for (const stream of world.network.open) stream.hangUp()
  await world.runtime.pass(900)
  const request = late.of(apiVersionsApi).at(-1)!
  late.script = () => undefined
  late.answer(request, { errorCode: 0, apiKeys: late.versions, finalizedFeatures: [] })
  await world.runtime.pass(5_000)
  expect(world.client.metadata.lastError).toBeNull()
  expect(first.of(apiVersionsApi)).toHaveLength(1)
  expect(servers).toHaveBeenCalledTimes(1)
})

test('a later need for metadata is counted from its own beginning', async () => {
  const world = await movedWorld(3)
  const attempts = (): number => world.network.attempts.length
  for (const stream of world.network.open) stream.hangUp()
  await world.runtime.pass(100_000)
  expect(world.client.metadata.lastError).toBeNull()
  const before = attempts()
  await world.runtime.pass(100_000)
  expect(attempts() - before).toBeLessThan(3)
})

test('a bootstrap server that is silent does not keep connect from the next one', async () => {
  const servers = ['a:1', 'b:1', 'c:1', 'broker-1:9092']
  const world = new SocketWorld({ bootstrapServers: servers })
  world.runtime.random = () => 0
  world.network.hang('a:1')
  new FakeBroker().listen(world.network, 'b:1').script = () => silence
  new FakeBroker().listen(world.network, 'c:1').script = ({ apiKey }) =>
    apiKey === metadataApi.key ? silence : undefined
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(3_100)
  expect(await connecting).toBeNull()
  // What is still being set up is given up. A question that was asked may be answered, and is waited for.
  expect(world.network.open.map(({ address }) => address)).toEqual(['c:1', 'broker-1:9092'])
})
