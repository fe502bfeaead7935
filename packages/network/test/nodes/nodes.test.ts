import { metadataApi, produceApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { isSameBroker } from '../../src/server-address.js'
import { FakeBroker, silence } from '../fake-broker.js'
import { SocketWorld } from '../socket-world.js'

test('twelve partitions on three brokers take three connections, the one to the bootstrap server included', async () => {
  const world = await new SocketWorld({ brokers: 3 }).connected(1, 2, 3)
  expect(world.network.attempts.toSorted()).toEqual([
    'broker-1:9092',
    'broker-2:9092',
    'broker-3:9092',
  ])
  expect([1, 2, 3].map((node) => world.client.ready(node))).toEqual([true, true, true])
  expect(new Set([1, 2, 3].map((node) => world.client.connectionId(node))).size).toBe(3)
})

test('a bootstrap server that is no broker by its name is left', async () => {
  const world = new SocketWorld({ brokers: 2, bootstrapServers: 'balancer:9092' })
  const balancer = new FakeBroker(world.view).listen(world.network, 'balancer:9092')
  await world.connected()
  expect(balancer.streams[0]!.closed).toBe(true)
  expect(world.network.open.map(({ address }) => address)).toEqual(['broker-2:9092'])
  expect(world.warnings).toEqual([])
})

test('the other end of the socket tells that localhost is 127.0.0.1', async () => {
  const world = new SocketWorld({ brokers: 0, bootstrapServers: 'localhost:9092' })
  world.view.brokers = [{ nodeId: 4, host: '127.0.0.1', port: 9092 }]
  const broker = new FakeBroker(world.view)
  world.network.listen('localhost:9092', (stream) => {
    stream.remote = { address: '127.0.0.1', port: 9092 }
    broker.accept(stream)
  })
  await world.connected()
  expect(world.client.ready(4)).toBe(true)
  expect(world.network.attempts).toEqual(['localhost:9092'])
})

test.each([
  ['b:1', undefined, 'B:1', true],
  ['b:1', undefined, 'b:2', false],
  ['b:1', undefined, 'c:1', false],
  ['b:1', '10.0.0.1:1', '10.0.0.1:1', true],
  ['b:1', '10.0.0.1:1080', '10.0.0.1:1', false],
  ['b:1', '10.0.0.1:1', '10.0.0.2:1', false],
  ['127.0.0.1:1', '127.0.0.1:1', 'localhost:1', true],
  ['10.0.0.1:1', '10.0.0.1:1', 'localhost:1', false],
])(
  'dialled %s, connected to %s, advertised as %s: the same broker? %s',
  (dialled, remote, advertised, same) => {
    const address = (text: string) => ({
      host: text.split(':')[0]!,
      port: Number(text.split(':')[1]),
    })
    const end =
      remote === undefined
        ? undefined
        : { address: address(remote).host, port: address(remote).port }
    expect(isSameBroker(address(dialled), end, address(advertised))).toBe(same)
  },
)

test('a request in flight on the connection to a bootstrap server is answered after its adoption', async () => {
  const world = new SocketWorld()
  world.broker.script = ({ apiKey }) => (apiKey === metadataApi.key ? silence : undefined)
  world.client.leastLoadedNode()
  await world.runtime.settle()
  const seed = world.client.leastLoadedNode()!
  expect(seed).toBeLessThan(0)
  const answers = world.produce(seed)
  world.client.poll()
  await world.runtime.settle()
  world.broker.answer(world.broker.of(metadataApi)[0]!, world.broker.metadata([]))
  expect(world.client.inFlight(1)).toBe(1)
  world.broker.answer(world.broker.of(produceApi)[0]!, { responses: [], throttleTimeMs: 0 })
  expect(answers).toMatchObject([{ error: null }])
  expect(world.network.attempts).toHaveLength(1)
})

test('a broker that moved is connected to at its new address, after what is in flight was answered', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  const broker = world.brokers[1]!
  const answers = world.produce(2)
  world.client.poll()
  world.view.brokers[1] = { nodeId: 2, host: 'moved', port: 9093 }
  broker.listen(world.network, 'moved:9093')
  await world.runtime.pass(100)
  world.client.metadata.refresh()
  await world.runtime.settle()
  expect(world.client.ready(2)).toBe(false)
  expect(world.network.open.map(({ address }) => address)).toEqual([
    'broker-1:9092',
    'broker-2:9092',
  ])
  broker.answer(broker.of(produceApi)[0]!, { responses: [], throttleTimeMs: 0 })
  expect(answers).toMatchObject([{ error: null }])
  await world.runtime.settle()
  world.client.ready(2)
  await world.runtime.settle()
  expect(world.client.ready(2)).toBe(true)
  expect(world.network.open.map(({ address }) => address)).toEqual(['broker-1:9092', 'moved:9093'])
})

test('a broker that left the cluster is left, too, after what is in flight was answered', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  const answers = world.produce(2)
  world.client.poll()
  world.view.brokers.pop()
  await world.runtime.pass(100)
  world.client.metadata.refresh()
  await world.runtime.settle()
  expect(world.client.ready(2)).toBe(false)
  expect(world.network.open).toHaveLength(2)
  const broker = world.brokers[1]!
  broker.answer(broker.of(produceApi)[0]!, { responses: [], throttleTimeMs: 0 })
  expect(answers).toMatchObject([{ error: null }])
  await world.runtime.settle()
  expect(world.network.open).toHaveLength(1)
})

test('a node is reconnected to after a back-off that doubles, and its end is told', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  world.network.refuse('broker-2:9092')
  world.network.open.find(({ address }) => address === 'broker-2:9092')!.hangUp()
  const at: number[] = []
  const start = world.runtime.now()
  const connect = world.network.connect.bind(world.network)
  world.network.connect = (target) => {
    at.push(world.runtime.now() - start)
    return connect(target)
  }
  // A sender that wants to reach it asks whenever something changed, and only then.
  world.client.onChange(() => world.client.ready(2))
  world.client.ready(2)
  await world.runtime.pass(2_700)
  expect(at).toEqual([50, 150, 350, 750, 1_550, 2_550])
  expect(world.warnings).toHaveLength(2)
})

test('the back-off begins anew once the node is ready, not once TCP connects', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  const at: number[] = []
  const start = world.runtime.now()
  world.network.listen('broker-2:9092', (stream) => {
    at.push(world.runtime.now() - start)
    stream.onBytes = () => {
      stream.drain()
      stream.hangUp()
    }
  })
  world.client.onChange(() => world.client.ready(2))
  world.network.open.find(({ address }) => address === 'broker-2:9092')!.hangUp()
  await world.runtime.pass(800)
  expect(at).toEqual([50, 150, 350, 750])
  world.brokers[1]!.listen(world.network, 'broker-2:9092')
  await world.runtime.pass(1_000)
  expect(world.client.ready(2)).toBe(true)
  const lost = world.runtime.now()
  world.network.listen('broker-2:9092', () => at.push(world.runtime.now() - lost))
  world.network.open.find(({ address }) => address === 'broker-2:9092')!.hangUp()
  await world.runtime.pass(60)
  expect(at.at(-1)).toBe(50)
})

test('the least loaded node is the ready one with the fewest requests in flight', async () => {
  const world = await new SocketWorld({ brokers: 3 }).connected(1, 2)
  world.produce(1)
  expect(world.client.leastLoadedNode()).toBe(2)
  world.produce(2)
  world.produce(2)
  expect(world.client.leastLoadedNode()).toBe(1)
  expect(world.network.attempts).toHaveLength(2)
})

test('no node is least loaded while all are full, and no further one is connected', async () => {
  const world = await new SocketWorld({ brokers: 2, maxInFlight: 1 }).connected(1)
  world.produce(1)
  expect(world.client.leastLoadedNode()).toBeNull()
  await world.runtime.settle()
  expect(world.network.attempts).toHaveLength(1)
})

test('a connected node is one whose broker has the API, and none is connected to find one', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1)
  const { client } = world
  expect(client.connectedNode?.(produceApi)).toBe(1)
  expect(client.connectedNode?.({ key: 999, name: 'Other', minVersion: 0, maxVersion: 0 })).toBe(
    null,
  )
  expect(client.connectedNode?.({ ...produceApi, minVersion: 100, maxVersion: 100 })).toBe(null)
  const fresh = new SocketWorld({ brokers: 2 })
  expect(fresh.client.connectedNode?.(produceApi)).toBe(null)
  await fresh.runtime.settle()
  expect(fresh.network.attempts).toEqual([])
  const closing = client.close()
  expect(client.connectedNode?.(produceApi)).toBe(null)
  await closing
})
