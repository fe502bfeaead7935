import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

const node1 = { node: 1, epoch: 5 }

test('one batch of a partition goes ahead alone, and its OK lets up to five follow', async () => {
  const world = new SenderWorld()
  world.network.maxInFlight = 9
  await world.sendAll(0, ['1', '2', '3', '4', '5', '6', '7'])
  expect(world.onTheWay).toEqual([['1']])
  world.call().ok()
  await world.settle()
  expect(world.onTheWay).toEqual([['2'], ['3'], ['4'], ['5'], ['6']])
  world.calls()[0]!.ok()
  await world.settle()
  expect(world.onTheWay).toEqual([['3'], ['4'], ['5'], ['6'], ['7']])
})

test('each batch follows the one before it without a gap in the sequence', async () => {
  const world = new SenderWorld({ batchRecords: 2 })
  await world.sendAll(0, ['1', '2', '3', '4', '5', '6'])
  world.call().ok()
  await world.settle()
  const sequences = world.network.calls.map(({ batches }) => batches[0]!)
  expect(sequences.map(({ epoch, sequence, count }) => [epoch, sequence, count])).toEqual([
    [0, 0, 2],
    [0, 2, 2],
    [0, 4, 2],
  ])
})

test.each([
  [
    'the leader epoch',
    (world: SenderWorld) => world.network.metadata.setLeader('orders', 0, { node: 1, epoch: 6 }),
  ],
  [
    'the topic id',
    (world: SenderWorld) =>
      world.network.metadata.setTopic('orders', [node1], 'aaaaaaaa-0000-4000-8000-000000000000'),
  ],
  ['the connection', (world: SenderWorld) => (world.network.down(1), world.network.up(1))],
])('when %s changes, one goes ahead alone again', async (_, change) => {
  const world = new SenderWorld()
  await world.openGate()
  change(world)
  await world.sendAll(0, ['1', '2'])
  expect(world.onTheWay).toEqual([['1']])
  world.call().ok()
  await world.settle()
  expect(world.onTheWay).toEqual([['2']])
})

test('when the last OK is older than a minute, one goes ahead alone again: the broker may have forgotten the producer', async () => {
  const world = new SenderWorld()
  await world.openGate()
  await world.advance(60_000)
  await world.sendAll(0, ['1', '2'])
  expect(world.onTheWay).toEqual([['1'], ['2']])
  for (const call of world.calls()) call.ok()
  await world.advance(60_001)
  await world.sendAll(0, ['3', '4'])
  expect(world.onTheWay).toEqual([['3']])
  world.call().ok()
  await world.settle()
  expect(world.onTheWay).toEqual([['4']])
})

test('when the leader moves, nothing goes to the new one before the old one has answered', async () => {
  const world = new SenderWorld()
  world.network.up(2)
  await world.openGate()
  await world.sendAll(0, ['at the old', 'one'])
  world.network.metadata.setLeader('orders', 0, { node: 2, epoch: 6 })
  world.network.changed()
  const later = world.send(0, 'at the new one')
  await world.settle()
  const [first, second] = world.calls(1)
  expect(world.calls(2)).toEqual([])
  first!.ok(1n)
  await world.settle()
  expect(world.calls(2)).toEqual([])
  second!.ok(2n)
  await world.settle()
  expect(world.call(2).values).toEqual(['at the new one'])
  world.call(2).ok(3n)
  expect(later.offset).toBe(3n)
})

test('when the leader moves there and back and epochs are not known, nothing goes to it before the old requests are answered', async () => {
  const world = new SenderWorld({ leaders: [{ node: 1, epoch: -1 }] })
  world.network.up(2)
  await world.openGate()
  const move = async (node: number, value: string): Promise<void> => {
    world.network.metadata.setLeader('orders', 0, { node, epoch: -1 })
    world.network.changed()
    await world.sendAll(0, [value])
  }
  await move(2, 'there')
  expect(world.call(2).values).toEqual(['there'])
  await move(1, 'and back')
  expect(world.calls(1)).toEqual([])
  world.call(2).ok(1n)
  await world.settle()
  expect(world.call(1).values).toEqual(['and back'])
})

test.each([
  'NOT_ENOUGH_REPLICAS',
  'REQUEST_TIMED_OUT',
  'DUPLICATE_SEQUENCE_NUMBER',
  'CORRUPT_MESSAGE',
] as const)('after %s one goes ahead alone again', async (code) => {
  const world = new SenderWorld()
  await world.openGate()
  await world.sendAll(0, ['1'])
  world.call().refuse(code)
  await world.sendAll(0, ['2', '3'])
  await world.advance(100)
  expect(world.calls()).toHaveLength(1)
})

test('the gate stays closed while an earlier batch has not been acknowledged', async () => {
  const world = new SenderWorld()
  await world.openGate()
  await world.sendAll(0, ['1', '2'])
  const [first, second] = world.calls()
  first!.refuse('NOT_ENOUGH_REPLICAS_AFTER_APPEND')
  second!.ok(2n)
  await world.sendAll(0, ['3'])
  await world.advance(100)
  // Six later ones in the log, and the broker would not know this one any more.
  expect(world.onTheWay).toEqual([['1']])
  world.call().ok(1n)
  await world.settle()
  expect(world.onTheWay).toEqual([['3']])
})

test('a batch that is sent again goes alone, though an OK has opened the gate', async () => {
  const world = new SenderWorld()
  await world.openGate()
  await world.sendAll(0, ['1', '2', '3'])
  const [first, second, third] = world.calls()
  second!.refuse('NOT_ENOUGH_REPLICAS')
  first!.ok(1n)
  await world.advance(100)
  expect(world.onTheWay).toEqual([['3']])
  third!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.settle()
  expect(world.onTheWay).toEqual([['2']])
})

test('a batch in flight at one partition holds up no other', async () => {
  const world = new SenderWorld()
  await world.sendAll(0, ['a', 'b'])
  await world.sendAll(1, ['c'])
  expect(world.onTheWay).toEqual([['a'], ['c']])
})

test('without idempotence one batch of a partition is in flight at a time, unless reordering is allowed', async () => {
  for (const [allowReordering, expected] of [
    [false, [['1']]],
    [true, [['1'], ['2'], ['3'], ['4'], ['5']]],
  ] as const) {
    const world = new SenderWorld({ idempotent: false, allowReordering })
    for (const value of ['1', '2', '3', '4', '5', '6']) await world.sendAll(0, [value])
    expect(world.onTheWay).toEqual(expected)
  }
})
