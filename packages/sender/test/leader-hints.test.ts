import { expect, test } from 'vitest'
import { SenderWorld, type SenderWorldOptions } from './sender-world.js'

/** One record is on its way to node 1; node 2 is connected. */
async function sending(options: SenderWorldOptions = {}) {
  const world = new SenderWorld({ leaders: [{ node: 1, epoch: 5 }], ...options })
  world.network.up(2)
  const sent = world.send(0, 'a')
  await world.settle()
  let epoch = 5
  /** The broker that has the request names this node, in the next epoch. */
  const name = (node: number): void => {
    const leader = { node, epoch: ++epoch }
    world.call().refuse('NOT_LEADER_OR_FOLLOWER', { leader })
  }
  return { world, sent, name }
}

/** How many requests come in ten seconds while each is answered with the name of a newer leader. */
async function requestsInTenSeconds(
  nextOf: (node: number) => number,
  options?: SenderWorldOptions,
): Promise<number> {
  const { world, name } = await sending(options)
  const end = world.runtime.now() + 10_000
  let requests = 0
  while (world.runtime.now() < end && requests < 1_000) {
    const [call] = world.calls()
    if (call === undefined) await world.advance(10)
    else {
      requests++
      name(nextOf(call.node))
      await world.settle()
    }
  }
  return requests
}

test('between two brokers that name each other in rising epochs a batch goes with the usual back-off', async () => {
  expect(await requestsInTenSeconds((node) => 3 - node)).toBeLessThan(16)
  expect(await requestsInTenSeconds((node) => 3 - node, { acks: 1 })).toBeLessThan(16)
})

test('to a broker that names itself in rising epochs a batch goes with the usual back-off', async () => {
  expect(await requestsInTenSeconds((node) => node)).toBeLessThan(16)
})

test('a newer leader that refuses a batch, too, and names a third one is followed after the back-off', async () => {
  const { world, sent, name } = await sending()
  name(2)
  await world.settle()
  expect(world.call().node).toBe(2)
  name(1)
  await world.advance(199)
  expect(world.calls()).toEqual([])
  await world.advance(1)
  expect(world.call().node).toBe(1)
  world.call().ok(3n)
  expect(sent.offset).toBe(3n)
})

test('a leader named after an attempt that followed no name is tried at once, although an earlier name was in vain', async () => {
  const { world, name } = await sending()
  name(2)
  await world.settle()
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(1_000)
  name(1)
  await world.settle()
  expect(world.call().node).toBe(1)
})

test('leaders that each refresh of the metadata names anew, and that refuse the batch, get it with the usual back-off', async () => {
  const { world } = await sending()
  let requests = 0
  for (let epoch = 6; epoch < 506; epoch++) {
    const [call] = world.calls()
    if (call !== undefined) {
      requests++
      call.refuse('NOT_LEADER_OR_FOLLOWER')
    }
    world.network.metadata.setTopic('orders', [{ node: 1 + (epoch % 2), epoch }])
    world.network.changed()
    await world.advance(20)
  }
  expect(requests).toBeLessThan(16)
})
