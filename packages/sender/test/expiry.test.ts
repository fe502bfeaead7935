import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

const timeout = { deliveryTimeoutMs: 1_000 }

test('a batch that was never sent times out at its deadline, surely not written', async () => {
  const world = new SenderWorld(timeout)
  world.network.mute(1, true)
  const [sent] = await world.sendAll(0, ['a'])
  const sentAt = world.runtime.now()
  await world.advance(999)
  expect(sent!.settled).toBe(0)
  await world.advance(1)
  expect(sent).toMatchObject({ settled: 1, at: sentAt + 1_000 })
  expect(sent!.error).toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    persisted: 'no',
    topic: 'orders',
    partition: 0,
    attempts: 0,
  })
  expect(world.released).toEqual([1])
})

test('a batch that was never sent names what ails the cluster', async () => {
  const world = new SenderWorld(timeout)
  world.network.mute(1, true)
  const [sent] = await world.sendAll(0, ['a'])
  world.network.metadata.lastError = new KafkaError('CONNECTION_FAILED', 'no broker in reach')
  await world.advance(1_000)
  expect(sent!.error!.message).toContain(
    'after 0 attempts, last CONNECTION_FAILED: no broker in reach',
  )
  expect(sent!.error).toMatchObject({ cause: { code: 'CONNECTION_FAILED' } })
})

test('a batch that waits for a retry times out with its last failure as the cause', async () => {
  const world = new SenderWorld({ ...timeout, retryBackoffMs: 600 })
  const [sent] = await world.sendAll(0, ['a'])
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(600)
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(400)
  expect(sent!.error).toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    persisted: 'no',
    attempts: 2,
    cause: { code: 'NOT_ENOUGH_REPLICAS' },
  })
  expect(sent!.error!.message).toContain(
    'not acknowledged within 1000 ms after 2 attempts, last NOT_ENOUGH_REPLICAS',
  )
})

test('a batch that may have been written says so when it times out', async () => {
  const world = new SenderWorld(timeout)
  const [sent] = await world.sendAll(0, ['a'])
  world.network.down(1)
  await world.advance(1_000)
  expect(sent!.error).toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    persisted: 'possibly',
    attempts: 1,
  })
})

test('a batch in flight times out at its deadline, and its memory stays until the answer', async () => {
  const world = new SenderWorld(timeout)
  const [sent] = await world.sendAll(0, ['a'])
  // The loop has run once more since, and knows it from what is in flight alone.
  world.network.changed()
  await world.advance(999)
  expect(sent!.settled).toBe(0)
  await world.advance(1)
  expect(sent!.error).toMatchObject({ code: 'DELIVERY_TIMEOUT', persisted: 'possibly' })
  await world.advance(10_000)
  expect(world.released).toEqual([])
  world.call().ok(3n)
  expect(world.released).toEqual([1])
  expect(sent!.settled).toBe(1)
})

test('a late OK lets the next batch go on as if nothing had happened', async () => {
  const world = new SenderWorld(timeout)
  await world.sendAll(0, ['late'])
  await world.advance(1_000)
  await world.sendAll(0, ['2', '3'])
  expect(world.onTheWay).toEqual([['late']])
  world.call().ok()
  await world.settle()
  expect(world.onTheWay).toEqual([['2'], ['3']])
  expect(world.calls()[0]!.batches[0]).toMatchObject({ epoch: 0, sequence: 1 })
})

test.each([
  ['NOT_ENOUGH_REPLICAS', 'it was surely not written: the next one begins anew', 1, 0],
  ['REQUEST_TIMED_OUT', 'it may have been written: the next one shows', 0, 1],
] as const)('after a late %s %s', async (code, _, epoch, sequence) => {
  const world = new SenderWorld(timeout)
  await world.sendAll(0, ['late'])
  await world.advance(1_000)
  world.call().refuse(code)
  await world.sendAll(0, ['2', '3'])
  expect(world.onTheWay).toEqual([['2']])
  expect(world.call().batches[0]).toMatchObject({ epoch, sequence })
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(100)
  expect(world.call().batches[0]).toMatchObject({ values: ['2'], epoch: epoch + 1, sequence: 0 })
})

test('an expired batch is not sent again', async () => {
  const world = new SenderWorld(timeout)
  await world.sendAll(0, ['late'])
  await world.advance(1_000)
  world.network.down(1)
  world.network.up(1)
  await world.advance(5_000)
  expect(world.calls()).toEqual([])
  expect(world.released).toEqual([1])
})

test('a late refusal for its size splits nothing: each record has had its end', async () => {
  const world = new SenderWorld({ ...timeout, batchRecords: 4 })
  const sent = await world.sendAll(0, ['1', '2', '3', '4'])
  await world.advance(1_000)
  world.call().refuse('MESSAGE_TOO_LARGE')
  await world.advance(1_000)
  expect(world.calls()).toEqual([])
  expect(sent.map(({ settled }) => settled)).toEqual([1, 1, 1, 1])
  expect(world.released).toEqual([1])
})

test('F35: a turn that took longer than the delivery time-out judges nothing, for the sockets have not been read', async () => {
  const world = new SenderWorld(timeout)
  const [sent] = await world.sendAll(0, ['in flight'])
  world.runtime.block(1_500)
  world.send(0, 'at the end of the turn')
  for (let task = 0; task < 6; task++) await Promise.resolve()
  expect(sent!.settled).toBe(0)
  world.call().ok(1n)
  await world.advance(0)
  expect(sent).toMatchObject({ settled: 1, offset: 1n })
})

test('F35: a loop that is woken all the time comes to its deadlines, too', async () => {
  const world = new SenderWorld(timeout)
  const [sent] = await world.sendAll(0, ['a'])
  for (let ms = 0; ms < 1_000; ms++) {
    world.network.changed()
    world.runtime.advance(1)
    for (let task = 0; task < 3; task++) await Promise.resolve()
  }
  expect(sent!.error?.code).toBe('DELIVERY_TIMEOUT')
})

test('a broker that is silent wakes nobody once its batches have timed out', async () => {
  const world = new SenderWorld(timeout)
  await world.sendAll(0, ['late'])
  await world.advance(1_000)
  const { polls } = world.network
  await world.advance(60_000)
  expect(world.network.polls - polls).toBeLessThan(3)
})

test('records hear of the time-out in their order, whether they are queued or in flight', async () => {
  const world = new SenderWorld(timeout)
  await world.sendAll(0, ['1 in flight', '2 queued', '3 queued'])
  await world.advance(1_000)
  expect(world.settled.map(({ value }) => value)).toEqual(['1 in flight', '2 queued', '3 queued'])
})

/** One batch may have been written and has timed out; the next one has arrived. */
async function unresolved() {
  const world = new SenderWorld(timeout)
  await world.openGate()
  await world.sendAll(0, ['lost'])
  await world.advance(500)
  const rest = ['2', '3'].map((value) => world.send(0, value))
  await world.settle()
  world.network.down(1)
  await world.advance(500)
  world.network.up(1)
  await world.advance(100)
  return { world, rest }
}

test('behind a batch of unknown fate the next batch goes alone with its own sequence', async () => {
  const { world } = await unresolved()
  expect(world.onTheWay).toEqual([['2']])
  expect(world.call().batches[0]).toMatchObject({ epoch: 0, sequence: 2 })
})

test('an OK for the batch behind a lost one shows that the lost one was written, and all goes on', async () => {
  const { world, rest } = await unresolved()
  world.call().ok(2n)
  await world.settle()
  expect(world.call().batches[0]).toMatchObject({ values: ['3'], epoch: 0, sequence: 3 })
  world.call().ok(3n)
  expect(rest.map(({ offset }) => offset)).toEqual([2n, 3n])
})

test('OUT_OF_ORDER behind a lost batch proves nothing for a batch that may have been written: it fails, and batches that were never sent get new sequences', async () => {
  const { world, rest } = await unresolved()
  const later = world.send(0, 'later')
  for (const value of ['2', '3']) {
    expect(world.onTheWay).toEqual([[value]])
    // A broker that was stopped and started has written all three, and knows the last one alone.
    world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
    await world.advance(200)
  }
  expect(rest.map(({ error }) => error?.persisted)).toEqual(['possibly', 'possibly'])
  expect(world.call().batches[0]).toMatchObject({ values: ['later'], epoch: 0, sequence: 4 })
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(200)
  expect(world.call().batches[0]).toMatchObject({ values: ['later'], epoch: 1, sequence: 0 })
  world.call().ok(1n)
  expect(later).toMatchObject({ settled: 1, offset: 1n })
})

test('an OK for a batch before the lost one says nothing of the lost one', async () => {
  const world = new SenderWorld(timeout)
  await world.openGate()
  await world.sendAll(0, ['first', 'lost'])
  await world.advance(400)
  const [third] = await world.sendAll(0, ['third'])
  for (const call of world.calls()) call.fail('CONNECTION_CLOSED', true)
  await world.advance(100)
  expect(world.onTheWay).toEqual([['first']])
  await world.advance(500)
  world.call().ok(1n)
  await world.settle()
  expect(world.onTheWay).toEqual([['third']])
  // Were the gap forgotten, the gate would be open now.
  const [fourth] = await world.sendAll(0, ['fourth'])
  expect(world.onTheWay).toEqual([['third']])
  world.call().ok(2n)
  await world.settle()
  expect(world.onTheWay).toEqual([['fourth']])
  world.call().ok(3n)
  expect([third!.offset, fourth!.offset]).toEqual([2n, 3n])
})

test('when a queued batch with a sequence times out unsent, the batches behind it get new sequences', async () => {
  const world = new SenderWorld(timeout)
  await world.openGate()
  await world.sendAll(0, ['1'])
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(50)
  world.network.mute(1, true)
  await world.advance(500)
  const [next] = await world.sendAll(0, ['2'])
  await world.advance(450)
  world.network.mute(1, false)
  await world.settle()
  expect(world.call().batches[0]).toMatchObject({ values: ['2'], epoch: 1, sequence: 0 })
  world.call().ok(1n)
  expect(next!.offset).toBe(1n)
})

test('batches that time out together are each settled and given back once', async () => {
  const world = new SenderWorld(timeout)
  await world.openGate()
  const sent = await world.sendAll(0, ['refused', 'unsure', 'unsure too'])
  const [first, ...others] = world.calls()
  first!.refuse('NOT_ENOUGH_REPLICAS')
  for (const call of others) call.fail('CONNECTION_CLOSED', true)
  world.network.mute(1, true)
  await world.advance(1_000)
  expect(sent.map(({ settled, error }) => [settled, error?.persisted])).toEqual([
    [1, 'no'],
    [1, 'possibly'],
    [1, 'possibly'],
  ])
  expect(world.released.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
})
