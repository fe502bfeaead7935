import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { failingCodec } from './failing-codec.js'
import { SenderWorld, type SenderWorldOptions } from './sender-world.js'

/** More than any caller could send in one turn of the event loop unless the sender never gave it up. */
const enough = 1_000

/** A caller that sends each record again from within the delivery callback that tells of its failure. */
function stubborn(options: SenderWorldOptions = {}): SenderWorld {
  const world = new SenderWorld(options)
  world.onSettled = ({ partition, value, error }) => {
    if (error !== null && world.settled.length < enough) world.send(partition, value)
  }
  return world
}

/** Lets run whatever needs neither time nor a further turn of the event loop. */
async function endOfTask(): Promise<void> {
  for (let task = 0; task < 100; task++) await Promise.resolve()
}

function refuse(world: SenderWorld): void {
  world.network.refusals.set(1, new KafkaError('SASL_AUTHENTICATION_FAILED', 'wrong password'))
  world.network.down(1)
  world.network.changed()
}

async function tenTurns(world: SenderWorld): Promise<void> {
  for (let turn = 0; turn < 10; turn++) {
    world.runtime.endTurn()
    await endOfTask()
  }
}

test('a caller that sends again at once while its broker refuses the credentials leaves the event loop its turns', async () => {
  const world = stubborn()
  await world.openGate()
  world.network.down(1)
  world.send(0, 'a')
  await endOfTask()
  refuse(world)
  await endOfTask()
  expect(world.settled.length).toBeLessThan(5)
  const before = world.settled.length
  await tenTurns(world)
  // It is told in each turn, and no oftener.
  expect(world.settled.length - before).toBeGreaterThanOrEqual(5)
  expect(world.settled.length - before).toBeLessThanOrEqual(20)
})

test('all that is queued for a broker that refuses the credentials fails before anything is sent again', async () => {
  const world = stubborn()
  await world.openGate()
  world.network.down(1)
  for (const value of ['a', 'b', 'c', 'd']) world.send(0, value)
  await endOfTask()
  refuse(world)
  await endOfTask()
  expect(world.settled.slice(1, 5).map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd'])
})

test('a caller that sends again at once when the cluster gives no producer id waits for the next answer', async () => {
  const world = stubborn({ holdIdentity: true })
  world.send(0, 'a')
  await world.settle()
  world.network.identityCalls[0]!.refuse('CLUSTER_AUTHORIZATION_FAILED')
  await world.settle()
  expect(world.settled).toHaveLength(1)
  await world.advance(1_000)
  world.network.identityCalls[1]!.ok(7n)
  await world.settle()
  world.call().ok(3n)
  expect(world.settled.at(-1)!.offset).toBe(3n)
})

test('a caller that sends again at once to a topic that the cluster refuses leaves the event loop its turns', async () => {
  const world = new SenderWorld()
  const other = world.network.metadata
  other.setTopic('other', [{ node: 1, epoch: 5 }])
  await world.sendAll(0, ['in flight', 'queued'])
  world.onSettled = ({ error }) => {
    if (error !== null && world.settled.length < enough) world.send(0, 'again', 'other')
  }
  other.refuseTopic('orders', 'TOPIC_AUTHORIZATION_FAILED')
  other.refuseTopic('other', 'TOPIC_AUTHORIZATION_FAILED')
  world.network.changed()
  await endOfTask()
  expect(world.settled.length).toBeLessThan(5)
})

test('a caller that sends again at once what the codec fails on leaves the event loop its turns', async () => {
  const { compression, failNext } = failingCodec()
  failNext(Infinity)
  const world = stubborn({ compression })
  await world.sendAll(0, ['a'])
  await endOfTask()
  const before = world.settled.length
  expect(before).toBeLessThan(20)
  await tenTurns(world)
  expect(world.settled.length - before).toBeGreaterThanOrEqual(5)
  expect(world.settled.length - before).toBeLessThanOrEqual(30)
})

test('a caller that sends again at once what its connection cannot carry leaves the event loop its turns', async () => {
  const world = stubborn()
  await world.openGate()
  const poll = world.network.poll.bind(world.network)
  world.network.poll = () => {
    poll()
    for (const call of world.calls()) call.fail('UNSUPPORTED_VERSION', false)
  }
  world.send(0, 'a')
  await endOfTask()
  expect(world.settled.length).toBeLessThan(5)
  const before = world.settled.length
  await tenTurns(world)
  expect(world.settled.length - before).toBeGreaterThanOrEqual(5)
  expect(world.settled.at(-1)!.error).toMatchObject({
    code: 'UNSUPPORTED_VERSION',
    persisted: 'no',
  })
})
