import { expect, test } from 'vitest'
import { failingCodec } from './failing-codec.js'
import { sequenceOf } from './produce-call.js'
import { SenderWorld, type SenderWorldOptions, type Sent } from './sender-world.js'

const values = ['1', '2', '3', '4', '5', '6']

/** The gate is open; a batch of six records and one of two behind it are on the way. */
async function pipelined(options: SenderWorldOptions = {}) {
  const world = new SenderWorld({ batchRecords: 6, ...options })
  await world.openGate()
  const sent = await world.sendAll(0, values)
  sent.push(...(await world.sendAll(0, ['7', '8'])))
  return { world, sent, calls: world.calls() }
}

/** A batch of six records is alone on the way. */
async function alone(options: SenderWorldOptions = {}) {
  const world = new SenderWorld({ batchRecords: 6, ...options })
  const sent = await world.sendAll(0, values)
  return { world, sent }
}

/** Acknowledges whatever comes, one after the other, and tells what came: epoch, sequence and records. */
async function acceptAll(world: SenderWorld): Promise<unknown[][]> {
  const accepted: unknown[][] = []
  for (let offset = 100n; world.calls().length > 0;) {
    const [call] = world.calls()
    accepted.push([...sequenceOf(call!), call!.values.join()])
    call!.ok(offset)
    offset += BigInt(call!.values.length)
    await world.advance(1_000)
  }
  return accepted
}

function offsets(sent: readonly Sent[]): (bigint | null)[] {
  return sent.map(({ offset }) => offset)
}

test('without the records that were refused a batch begins with the sequence that it had, and later ones follow', async () => {
  const { world, sent } = await alone()
  world.call().refuse('INVALID_RECORD', { records: { 0: 'bad', 3: 'bad' } })
  await world.settle()
  sent.push(...(await world.sendAll(0, ['7', '8'])))
  expect(await acceptAll(world)).toEqual([
    [0, 0, '2,3,5,6'],
    [0, 4, '7,8'],
  ])
  expect(offsets(sent)).toEqual([null, 100n, 101n, null, 102n, 103n, 104n, 105n])
})

test('what was sent behind a batch with refused records goes again behind the rest of it, under new sequences', async () => {
  const { world, sent, calls } = await pipelined()
  calls[0]!.refuse('INVALID_RECORD', { records: { 2: 'bad' } })
  await world.advance(1_000)
  // Nothing goes while the batch behind may still be answered.
  expect(world.calls()).toHaveLength(1)
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.settle()
  expect(await acceptAll(world)).toEqual([
    [1, 0, '1,2,4,5,6'],
    [1, 5, '7,8'],
  ])
  expect(offsets(sent)).toEqual([100n, 101n, null, 102n, 103n, 104n, 105n, 106n])
})

test('what was sent behind a batch with refused records and was not answered keeps its sequence until it is refused', async () => {
  const { world, sent, calls } = await pipelined()
  calls[0]!.refuse('INVALID_RECORD', { records: { 2: 'bad' } })
  calls[1]!.fail('NETWORK_EXCEPTION', true)
  await world.advance(1_000)
  expect([...sequenceOf(world.call()), world.call().values.join()]).toEqual([0, 1, '1,2,4,5,6'])
  world.call().ok(100n)
  await world.advance(1_000)
  expect([...sequenceOf(world.call()), world.call().values.join()]).toEqual([0, 7, '7,8'])
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(1_000)
  expect([...sequenceOf(world.call()), world.call().values.join()]).toEqual([1, 0, '7,8'])
  world.call().ok(105n)
  expect(offsets(sent)).toEqual([100n, 101n, null, 102n, 103n, 104n, 105n, 106n])
})

test('a batch behind another one that is still open loses its refused records and stays behind it', async () => {
  const { world, sent, calls } = await pipelined()
  calls[1]!.refuse('INVALID_TIMESTAMP', { records: { 0: 'too old' } })
  await world.advance(1_000)
  expect(world.calls()).toEqual([calls[0]])
  calls[0]!.ok(100n)
  await world.settle()
  expect([...sequenceOf(world.call()), world.call().values.join()]).toEqual([0, 7, '8'])
  world.call().ok(106n)
  expect(offsets(sent).slice(-2)).toEqual([null, 106n])
})

test('a broker that names other records each time is followed with a back-off, until only good ones are left', async () => {
  const { world, sent } = await alone()
  for (const left of ['1,2,3,4,5,6', '2,3,4,5,6', '3,4,5,6']) {
    expect(world.onTheWay.map(String)).toEqual([left])
    world.call().refuse('INVALID_RECORD', { records: { 0: 'bad' } })
    await world.settle()
    if (left !== '1,2,3,4,5,6') {
      expect(world.onTheWay).toEqual([])
      await world.advance(1_000)
    }
  }
  expect(world.onTheWay).toEqual([['4', '5', '6']])
  world.call().refuse('INVALID_RECORD', { records: { 1: 'bad' } })
  await world.advance(1_000)
  expect(world.onTheWay).toEqual([['4', '6']])
  world.call().ok(9n)
  expect(offsets(sent)).toEqual([null, null, null, 9n, null, 10n])
  expect(sent.map(({ settled }) => settled)).toEqual([1, 1, 1, 1, 1, 1])
  expect(world.released).toEqual([1])
})

test('a broker that refuses what is left of a batch without a name fails that, and what is behind goes on', async () => {
  const { world, sent } = await alone()
  world.call().refuse('INVALID_RECORD', { records: { 1: 'bad' } })
  await world.settle()
  world.call().refuse('INVALID_RECORD')
  await world.settle()
  expect(sent.map(({ error }) => error?.code)).toEqual(values.map(() => 'INVALID_RECORD'))
  expect(world.released).toEqual([1])
  await world.sendAll(0, ['7'])
  expect(await acceptAll(world)).toEqual([[1, 0, '7']])
})

test('a batch that an earlier attempt may have written fails as a whole when records of it are refused', async () => {
  const { world, sent } = await alone()
  world.call().fail('NETWORK_EXCEPTION', true)
  await world.advance(1_000)
  world.call().refuse('INVALID_RECORD', { records: { 1: 'bad' } })
  await world.settle()
  for (const { error } of sent)
    expect(error).toMatchObject({ code: 'INVALID_RECORD', persisted: 'possibly' })
  expect(sent[1]!.error!.message).toMatch(/of this record it said: bad$/)
  expect(sent[0]!.error!.message).toContain(
    'nothing is wrong with this record, but with 1 of the 6 in its batch, and an earlier attempt may have written all of them',
  )
  expect(world.onTheWay).toEqual([])
})

test('where the codec fails on what is left of a batch, that fails, and what is behind goes on', async () => {
  const { compression, failNext } = failingCodec()
  const { world, sent, calls } = await pipelined({ compression })
  failNext()
  calls[0]!.refuse('INVALID_RECORD', { records: { 2: 'bad' } })
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(1_000)
  expect(await acceptAll(world)).toEqual([[1, 0, '7,8']])
  const codes = sent.map(({ error }) => error?.code)
  const [failed, refused] = ['CODEC_FAILED', 'INVALID_RECORD']
  expect(codes).toEqual([failed, failed, refused, failed, failed, failed, undefined, undefined])
})

test('what is left of a batch is split where it is too large, and each record hears of its own offset', async () => {
  const { world, sent } = await alone()
  world.call().refuse('INVALID_RECORD', { records: { 0: 'bad', 2: 'bad' } })
  await world.settle()
  world.call().refuse('MESSAGE_TOO_LARGE')
  await world.settle()
  expect(await acceptAll(world)).toEqual([
    [0, 0, '2,4'],
    [0, 2, '5,6'],
  ])
  expect(offsets(sent)).toEqual([null, 100n, null, 101n, 102n, 103n])
  expect(world.released).toEqual([1])
})

test('a part of a split batch loses its refused records, and the next part stays behind it', async () => {
  const { world, sent } = await alone()
  world.call().refuse('MESSAGE_TOO_LARGE')
  await world.settle()
  expect(world.onTheWay).toEqual([['1', '2', '3']])
  world.call().refuse('INVALID_RECORD', { records: { 0: 'bad' } })
  await world.advance(1_000)
  expect(await acceptAll(world)).toEqual([
    [1, 0, '2,3'],
    [1, 2, '4,5,6'],
  ])
  expect(offsets(sent)).toEqual([null, 100n, 101n, 102n, 103n, 104n])
})

test('without idempotence refused records leave their batch, too, and the rest goes before what is behind', async () => {
  const { world, sent } = await alone({ acks: 1 })
  sent.push(...(await world.sendAll(0, ['7'])))
  world.call().refuse('INVALID_RECORD', { records: { 5: 'bad' } })
  await world.settle()
  expect((await acceptAll(world)).map(([, , records]) => records)).toEqual(['1,2,3,4,5', '7'])
  expect(offsets(sent)).toEqual([100n, 101n, 102n, 103n, 104n, null, 105n])
})

test('a flush waits for what is left of a batch', async () => {
  const { world } = await alone()
  let flushed = false
  void world.accumulator.front.flush().then(() => (flushed = true))
  world.call().refuse('INVALID_RECORD', { records: { 5: 'bad' } })
  await world.settle()
  expect(flushed).toBe(false)
  world.call().ok()
  await world.settle()
  expect(flushed).toBe(true)
})

test('what is left of a batch has the deadline that the batch had', async () => {
  const { world, sent } = await alone({ deliveryTimeoutMs: 60_000 })
  world.call().refuse('INVALID_RECORD', { records: { 5: 'bad' } })
  await world.advance(59_000)
  expect(sent.map(({ settled }) => settled)).toEqual([0, 0, 0, 0, 0, 1])
  await world.advance(1_001)
  expect(sent.map(({ error }) => error?.code)).toEqual([
    ...values.slice(1).map(() => 'DELIVERY_TIMEOUT'),
    'INVALID_RECORD',
  ])
})

test('after a newer leader is known, what is left of a batch goes to it', async () => {
  const { world, sent } = await alone({ leaders: [{ node: 1, epoch: 5 }] })
  world.network.up(2)
  world.call().refuse('INVALID_RECORD', { records: { 5: 'bad' } })
  await world.settle()
  world.call().reply({ 0: { code: 'NOT_LEADER_OR_FOLLOWER', leader: { node: 2, epoch: 6 } } })
  await world.settle()
  expect(world.call(2).values).toEqual(['1', '2', '3', '4', '5'])
  world.call(2).ok(3n)
  expect(offsets(sent)).toEqual([3n, 4n, 5n, 6n, 7n, null])
})
