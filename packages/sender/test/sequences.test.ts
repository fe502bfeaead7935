import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { WireBatch } from '../../../test/random-faults/wire-batch.js'
import { sequenceOf } from './produce-call.js'
import { SenderWorld } from './sender-world.js'

/** `ahead` is acknowledged, and these are on the way behind it. */
async function pipelined(values: readonly string[], options = {}) {
  const world = new SenderWorld(options)
  await world.openGate()
  const sent = await world.sendAll(0, values)
  return { world, sent, calls: world.calls() }
}

test('behind a batch that is sent again, OUT_OF_ORDER decides nothing: that batch is sent again too', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'])
  calls[0]!.refuse('NOT_ENOUGH_REPLICAS')
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(100)
  expect(world.onTheWay).toEqual([['1']])
  world.call().ok(1n)
  await world.advance(100)
  expect(sequenceOf(world.call())).toEqual([0, 2])
  world.call().ok(2n)
  expect(sent.map(({ offset }) => offset)).toEqual([1n, 2n])
})

test('OUT_OF_ORDER for the first open batch makes the partition begin again under the next epoch', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'])
  for (const call of calls) call.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(100)
  expect(sequenceOf(world.call())).toEqual([1, 0])
  world.call().ok(1n)
  await world.settle()
  expect(sequenceOf(world.call())).toEqual([1, 1])
  world.call().ok(2n)
  expect(sent.map(({ settled, offset }) => [settled, offset])).toEqual([
    [1, 1n],
    [1, 2n],
  ])
})

/** Three were sent, and the connection was lost before their answers: each is asked about again, alone. */
async function unheard(options = {}) {
  const { world, sent, calls } = await pipelined(['1', '2', '3'], options)
  for (const call of calls) call.fail('CONNECTION_CLOSED', true)
  await world.advance(100)
  return { world, sent }
}

async function refusedInTurn(world: SenderWorld, values: readonly string[]): Promise<void> {
  for (const value of values) {
    expect(world.onTheWay).toEqual([[value]])
    world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
    await world.advance(200)
  }
}

test('OUT_OF_ORDER for a batch that may be written waits for the answers to those behind it: an OK shows that all were written', async () => {
  const { world, sent } = await unheard()
  await refusedInTurn(world, ['1', '2'])
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['3']], [0, 3]])
  expect(sent.map(({ settled }) => settled)).toEqual([0, 0, 0])
  // A broker that was stopped and started knows the last one alone.
  world.call().ok(3n)
  expect(world.settled.slice(1).map(({ value, offset }) => [value, offset])).toEqual([
    ['1', -1n],
    ['2', -1n],
    ['3', 3n],
  ])
  await world.sendAll(0, ['4', '5'])
  expect(world.calls().map(sequenceOf)).toEqual([
    [0, 4],
    [0, 5],
  ])
})

test.each([
  ['fails with its topic', 'TOPIC_AUTHORIZATION_FAILED'],
  ['fails with its broker', 'SASL_AUTHENTICATION_FAILED'],
] as const)(
  'a batch that waits for the answer to one behind it does not wait any longer when that %s',
  async (_, code) => {
    const { world, sent } = await unheard()
    // The ones behind it, which can tell, stay in the queue.
    world.network.mute(1, true)
    world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
    await world.settle()
    expect(world.onTheWay).toEqual([])
    if (code === 'TOPIC_AUTHORIZATION_FAILED') world.network.metadata.refuseTopic('orders', code)
    else world.network.refusals.set(1, new KafkaError(code, 'wrong password'))
    world.network.changed()
    await world.advance(2_000)
    for (const { error } of sent) expect(error).toMatchObject({ code, persisted: 'possibly' })
  },
)

test('when all batches that may be written are OUT_OF_ORDER they fail, in order', async () => {
  const { world } = await unheard()
  await refusedInTurn(world, ['1', '2', '3'])
  expect(world.settled.slice(1).map(({ value, error }) => [value, error?.persisted])).toEqual([
    ['1', 'possibly'],
    ['2', 'possibly'],
    ['3', 'possibly'],
  ])
})

test('the OK of one leader says nothing of a batch that another leader refused', async () => {
  const { world, sent } = await unheard()
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  world.network.up(2)
  world.network.metadata.setTopic('orders', [{ node: 2, epoch: 6 }])
  await world.advance(200)
  expect(world.onTheWay).toEqual([['2']])
  world.call(2).ok(2n)
  expect(sent.map(({ error, offset }) => error?.persisted ?? offset)).toEqual([
    'possibly',
    2n,
    null,
  ])
})

test.each(['CONNECTION_CLOSED', 'NOT_LEADER_OR_FOLLOWER'] as const)(
  '%s behind a refused batch is no answer: all are asked about again, from the first',
  async (code) => {
    const { world, sent } = await unheard()
    await refusedInTurn(world, ['1'])
    if (code === 'CONNECTION_CLOSED') world.call().fail(code, true)
    else world.call().refuse(code)
    await world.advance(300)
    for (const [index, value] of ['1', '2', '3'].entries()) {
      expect(world.onTheWay).toEqual([[value]])
      world.call().ok(BigInt(index + 1))
      await world.advance(300)
    }
    expect(sent.map(({ offset }) => offset)).toEqual([1n, 2n, 3n])
  },
)

test('a refused batch that waits for the answer to another comes to its deadline, and its memory is free', async () => {
  const { world, sent } = await unheard({ deliveryTimeoutMs: 1_000, requestTimeoutMs: 500 })
  await refusedInTurn(world, ['1'])
  await world.advance(1_000)
  expect(sent[0]!.error).toMatchObject({ code: 'DELIVERY_TIMEOUT', persisted: 'possibly' })
  expect(world.released).toEqual([1, 2, 4])
  world.call().ok(2n)
  await world.settle()
  expect(sent.map(({ settled }) => settled)).toEqual([1, 1, 1])
  expect(world.released).toEqual([1, 2, 4, 3])
})

test('OUT_OF_ORDER for the first open batch, which may be written, fails it and not what follows', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'])
  calls[0]!.refuse('REQUEST_TIMED_OUT')
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(100)
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  expect(sent[0]!.error).toMatchObject({
    code: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
    persisted: 'possibly',
    attempts: 2,
  })
  await world.advance(100)
  // It shows, under its old number, whether the failed one is in the log.
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['2']], [0, 2]])
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(200)
  expect(sequenceOf(world.call())).toEqual([1, 0])
  world.call().ok(5n)
  expect(sent[1]!.offset).toBe(5n)
})

test('without idempotence OUT_OF_ORDER is a failure like any other', async () => {
  const world = new SenderWorld({ idempotent: false })
  const sent = await world.sendAll(0, ['a'])
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  expect(sent[0]!.error).toMatchObject({ code: 'OUT_OF_ORDER_SEQUENCE_NUMBER', persisted: 'no' })
})

test('the batches behind a rejected one go on under the next epoch, in order', async () => {
  const { world, sent, calls } = await pipelined(['bad', '2', '3'])
  calls[0]!.refuse('INVALID_RECORD')
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  calls[2]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(100)
  expect(sent[0]!.error).toMatchObject({ code: 'INVALID_RECORD', persisted: 'no' })
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['2']], [1, 0]])
  world.call().ok(1n)
  await world.settle()
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['3']], [1, 1]])
  world.call().ok(2n)
  expect(sent.slice(1).map(({ offset }) => offset)).toEqual([1n, 2n])
})

test('no batch gets a new sequence before everything in flight has been answered', async () => {
  const { world, calls } = await pipelined(['bad', '2'])
  calls[0]!.refuse('MESSAGE_TOO_LARGE')
  world.send(0, '3')
  await world.advance(1_000)
  expect(world.onTheWay).toEqual([['2']])
  expect(sequenceOf(world.call())).toEqual([0, 2])
})

test('a batch that may be written, before a rejected one, is sent again with its old sequence', async () => {
  const { world, sent, calls } = await pipelined(['unsure', 'bad', '3'])
  calls[0]!.refuse('NOT_ENOUGH_REPLICAS_AFTER_APPEND')
  calls[1]!.refuse('MESSAGE_TOO_LARGE')
  calls[2]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(100)
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['unsure']], [0, 1]])
  world.call().ok(1n)
  await world.advance(100)
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['3']], [1, 0]])
  world.call().ok(2n)
  expect(sent.map(({ offset }) => offset)).toEqual([1n, null, 2n])
})

test('a batch that may be written, before a rejected one, fails when its sequence is refused', async () => {
  const { world, sent, calls } = await pipelined(['unsure', 'bad'])
  calls[0]!.refuse('NOT_ENOUGH_REPLICAS_AFTER_APPEND')
  calls[1]!.refuse('INVALID_RECORD')
  await world.advance(100)
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  expect(sent[0]!.error).toMatchObject({ persisted: 'possibly' })
})

test('a batch without an answer, behind a rejected one, gets a new sequence only after the broker has refused its old one', async () => {
  const { world, sent, calls } = await pipelined(['bad', 'unsure', '3'])
  calls[0]!.refuse('INVALID_RECORD')
  calls[1]!.fail('CONNECTION_CLOSED', true)
  calls[2]!.fail('CONNECTION_CLOSED', true)
  await world.advance(100)
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['unsure']], [0, 2]])
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(200)
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['unsure']], [1, 0]])
  world.call().ok(1n)
  await world.advance(100)
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['3']], [1, 1]])
  world.call().ok(2n)
  expect(sent.map(({ offset }) => offset)).toEqual([null, 1n, 2n])
})

test('an error that carries an offset came after the append: the batch gets no new sequence', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'], { deliveryTimeoutMs: 10_000 })
  calls[0]!.refuse('NOT_LEADER_OR_FOLLOWER', { offset: 1n })
  calls[1]!.refuse('NOT_LEADER_OR_FOLLOWER', { offset: 2n })
  await world.advance(100)
  await refusedInTurn(world, ['1', '2'])
  expect(sent.map(({ error }) => error?.persisted)).toEqual(['possibly', 'possibly'])
})

test('other partitions keep epoch and sequence when one partition begins again', async () => {
  const world = new SenderWorld()
  await world.openGate(0)
  await world.openGate(1)
  world.send(0, 'bad')
  world.send(1, 'elsewhere')
  await world.settle()
  world.call().reply({ 0: { code: 'INVALID_RECORD' } })
  world.send(0, 'next')
  world.send(1, 'undisturbed')
  await world.settle()
  const batches = world.calls().flatMap((call) => call.batches)
  expect(batches.map(({ values, epoch, sequence }) => [...values, epoch, sequence])).toEqual([
    ['next', 1, 0],
    ['undisturbed', 0, 2],
  ])
  expect(world.network.identityCalls).toEqual([])
})

test('UNKNOWN_PRODUCER_ID makes the partition begin again under the next epoch', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'])
  for (const call of calls) call.refuse('UNKNOWN_PRODUCER_ID')
  await world.advance(100)
  expect(sequenceOf(world.call())).toEqual([1, 0])
  expect(world.call().batches[0]!.producerId).toBe(1_000n)
  world.call().ok(0n)
  expect(sent[0]!.offset).toBe(0n)
})

test('INVALID_PRODUCER_EPOCH makes the partition begin again under another producer id, and other partitions keep theirs meanwhile', async () => {
  const world = new SenderWorld({ holdIdentity: true })
  world.send(1, 'other')
  world.send(0, 'a')
  await world.settle()
  world.network.identityCalls.shift()!.ok(7n)
  await world.settle()
  world.call().reply({ 0: { code: 'INVALID_PRODUCER_EPOCH' } })
  world.send(1, 'undisturbed')
  await world.advance(100)
  expect(world.onTheWay).toEqual([['undisturbed']])
  expect(world.call().batches[0]).toMatchObject({ producerId: 7n, epoch: 0, sequence: 1 })
  world.network.identityCalls.shift()!.ok(8n)
  await world.settle()
  expect(world.calls()[1]!.batches[0]).toMatchObject({
    values: ['a'],
    producerId: 8n,
    epoch: 0,
    sequence: 0,
  })
})

test.each(['PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING'] as const)(
  '%s, which an old broker may answer, makes the partition begin again under another producer id too',
  async (code) => {
    const { world, sent, calls } = await pipelined(['1', '2'])
    const [{ producerId: lostId }] = calls[0]!.batches as [WireBatch]
    for (const call of calls) call.refuse(code)
    await world.advance(100)
    expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['1']], [0, 0]])
    expect(world.call().batches[0]!.producerId).not.toBe(lostId)
    world.call().ok(1n)
    expect(sent[0]!.offset).toBe(1n)
  },
)

test.each(['UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'] as const)(
  '%s for a batch that may have been written fails it',
  async (code) => {
    const world = new SenderWorld()
    const sent = await world.sendAll(0, ['a'])
    world.call().refuse('REQUEST_TIMED_OUT')
    await world.advance(100)
    world.call().refuse(code)
    expect(sent[0]!.error).toMatchObject({ code, persisted: 'possibly' })
  },
)
