import assert from 'node:assert/strict'
import type { KitBatch } from './kit-batch.js'
import { type MakeSender, SenderRig, type TestFunction } from './rig.js'

/** What goes where, and when. */
export function checkSending(test: TestFunction, make: MakeSender): void {
  test('asks for a topic that is wanted, and tells of it', () => asksForTopics(make))
  test('sends one request a broker, with one batch of each partition that it leads', () =>
    groupsByBroker(make))
  test('settles and gives back each batch once, with the offset that the broker gave', () =>
    settlesOnce(make))
  test('keeps a batch while its partition has no leader, and asks for news', () =>
    waitsForLeader(make))
  test('sends nothing to a broker that takes no more', () => obeysReady(make))
  test('sends nothing to a new leader before the old one has answered', () => waitsForOld(make))
  test('expects no answer with acks 0, and settles without an offset once the bytes are out', () =>
    settlesUnacknowledged(make))
}

async function asksForTopics(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  await rig.turn()
  assert.deepEqual(rig.network.metadata.wanted, ['orders'])
  assert.deepEqual(
    rig.queue.published.map(({ name, partitions }) => [name, partitions.length]),
    [['orders', 1]],
  )
}

async function groupsByBroker(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make, 4)
  // All before the sender has its producer id, so that they are there at once.
  await Promise.all([0, 1, 2, 3].map((partition) => rig.add(partition, 2)))
  const { requests } = rig.network
  for (const node of [1, 2]) {
    const [first] = requests.filter((request) => request.node === node)
    const partitions = first?.batches.map(({ partition }) => partition).toSorted()
    assert.deepEqual(partitions, [node - 1, node + 1], `the first request to node ${node}`)
  }
  for (const { node, batches } of requests) {
    const partitions = batches.map(({ partition }) => partition)
    assert.equal(new Set(partitions).size, partitions.length, 'two batches of one partition')
    for (const at of partitions)
      assert.equal(node, 1 + (at % 2), `node ${node} does not lead ${at}`)
  }
}

async function settlesOnce(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make, 2)
  const batches = [...(await rig.add(0, 3)), ...(await rig.add(1, 3))]
  const expected = new Map<string, bigint>()
  for (let offset = 100n; rig.network.unanswered.length > 0; offset += 3n) {
    const [request] = rig.network.unanswered
    for (const { name } of request!.batches) expected.set(name, offset)
    request!.replyToAll(null, offset)
    await rig.turn()
  }
  for (const batch of batches) {
    const outcome = rig.outcome(batch)
    assert.ok(outcome?.error === null, `${batch.name} was acknowledged and is not settled so`)
    assert.equal(outcome.baseOffset, expected.get(batch.name))
    assert.ok(rig.isReleased(batch), `${batch.name} was not released`)
  }
}

async function waitsForLeader(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  rig.network.metadata.setLeader(0, null)
  await rig.add(0, 1)
  assert.equal(rig.network.requests.length, 0, 'a batch was sent to nobody')
  assert.ok(rig.network.metadata.refreshes > 0, 'no metadata was asked for')
  rig.network.metadata.setLeader(0, { node: 2, epoch: 1 })
  rig.network.changed()
  await rig.turn()
  assert.equal(rig.network.unanswered[0]?.node, 2)
}

async function obeysReady(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make, 2)
  rig.network.mute(1, true)
  await Promise.all([rig.add(0, 1), rig.add(1, 1)])
  assert.deepEqual(
    rig.network.requests.map(({ node }) => node),
    [2],
  )
  rig.network.mute(1, false)
  await rig.turn()
  assert.equal(rig.network.requests[1]?.node, 1)
}

async function waitsForOld(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make)
  await rig.add(0, 1)
  rig.network.metadata.setLeader(0, { node: 2, epoch: 1 })
  await rig.add(0, 1)
  rig.network.changed()
  await rig.turn()
  const toNew = (): number => rig.network.requests.filter(({ node }) => node === 2).length
  assert.equal(toNew(), 0, 'a batch overtook one that the old leader may still write')
  rig.network.requests[0]!.replyToAll(null, 0n)
  await rig.turn()
  assert.equal(toNew(), 1)
}

async function settlesUnacknowledged(make: MakeSender): Promise<void> {
  const rig = new SenderRig(make, 1, 0)
  const [batch] = (await rig.add(0, 1)) as [KitBatch]
  const [request] = rig.network.unanswered
  assert.equal(request?.body.acks, 0)
  assert.equal(request.request.expectsAnswer, false)
  assert.equal(rig.outcome(batch), undefined, 'it was settled before its bytes were out')
  request.written()
  await rig.turn()
  const outcome = rig.outcome(batch)
  assert.ok(outcome?.error === null && outcome.baseOffset === -1n)
  assert.ok(rig.isReleased(batch), 'it was not released')
}
