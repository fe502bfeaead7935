import { expect, test } from 'vitest'
import { failingCodec } from './failing-codec.js'
import { SenderWorld, type SenderWorldOptions } from './sender-world.js'

const values = ['1', '2', '3', '4', '5', '6', '7', '8']

/** The gate is open; a batch of eight records and one of two behind it are on the way. */
async function pipelined(options: SenderWorldOptions = {}) {
  const world = new SenderWorld({ batchRecords: 8, ...options })
  await world.openGate()
  const sent = await world.sendAll(0, values)
  sent.push(...(await world.sendAll(0, ['9', '10'])))
  expect(numbers(world)).toEqual([
    [values.join(), 0, 1],
    ['9,10', 0, 9],
  ])
  return { world, sent, calls: world.calls() }
}

/** Records, epoch and sequence of each batch on the way. */
function numbers(world: SenderWorld): unknown[][] {
  const batches = world.calls().flatMap((call) => call.batches)
  return batches.map(({ values: records, epoch, sequence }) => [records.join(), epoch, sequence])
}

/** Acknowledges whatever comes, one after the other, and tells what came. */
async function acceptAll(world: SenderWorld): Promise<unknown[][]> {
  const accepted: unknown[][] = []
  for (let offset = 100n; world.calls().length > 0;) {
    const [call] = world.calls()
    accepted.push(...numbers(world).slice(0, 1))
    call!.ok(offset)
    offset += BigInt(call!.values.length)
    await world.advance(1_000)
  }
  return accepted
}

test('a batch too large for its topic goes again in parts, with the sequences it had, before what was sent behind it', async () => {
  const { world, sent, calls } = await pipelined()
  calls[0]!.refuse('MESSAGE_TOO_LARGE')
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.settle()
  expect(await acceptAll(world)).toEqual([
    ['1,2,3,4', 0, 1],
    ['5,6,7,8', 0, 5],
    ['9,10', 0, 9],
  ])
  expect(sent.map(({ settled, error }) => [settled, error])).toEqual(sent.map(() => [1, null]))
  expect(sent.map(({ offset }) => offset)).toEqual(sent.map((_, index) => 100n + BigInt(index)))
})

test('behind the last part of a split batch several batches go at once again', async () => {
  const { world, calls } = await pipelined()
  calls[0]!.refuse('MESSAGE_TOO_LARGE')
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.settle()
  await acceptAll(world)
  await world.sendAll(0, values)
  await world.sendAll(0, values)
  expect(world.calls()).toHaveLength(2)
})

test('parts that are still too large are split further, down to the one record that is (KAFKA-8350)', async () => {
  const { world, sent, calls } = await pipelined()
  calls[0]!.refuse('MESSAGE_TOO_LARGE')
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.settle()
  const attempts: string[] = []
  for (let call = world.calls()[0]; call !== undefined; [call] = world.calls()) {
    attempts.push(call.values.join())
    if (call.values.includes('3')) call.refuse('MESSAGE_TOO_LARGE')
    else call.ok()
    await world.advance(1_000)
  }
  expect(attempts).toEqual(['1,2,3,4', '1,2', '3,4', '3', '4', '5,6,7,8', '9,10'])
  expect(sent[2]!.error).toMatchObject({ code: 'MESSAGE_TOO_LARGE', persisted: 'no', attempts: 4 })
  expect(sent.filter(({ error }) => error !== null)).toHaveLength(1)
  expect(sent.every(({ settled }) => settled === 1)).toBe(true)
})

test('a flush waits for the last part (KAFKA-9312, KAFKA-19479)', async () => {
  const world = new SenderWorld({ batchRecords: 8 })
  await world.openGate()
  await world.sendAll(0, values)
  let flushed = false
  void world.accumulator.front.flush().then(() => (flushed = true))
  world.call().refuse('MESSAGE_TOO_LARGE')
  for (const left of [2, 1]) {
    await world.advance(1_000)
    expect(flushed, `${left} parts before the end`).toBe(false)
    world.call().ok()
  }
  await world.settle()
  expect(flushed).toBe(true)
})

test('the memory of a batch is given back once, when its last part is answered (KAFKA-8325)', async () => {
  const { world, calls } = await pipelined()
  calls[0]!.refuse('MESSAGE_TOO_LARGE')
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(1_000)
  world.call().ok()
  await world.advance(1_000)
  expect(world.released).toEqual([1])
  world.call().ok()
  await world.settle()
  expect(world.released).toEqual([1, 2])
  await acceptAll(world)
  expect(world.released).toEqual([1, 2, 3])
})

test('a batch that may have been written before is not split: its parts might be written a second time', async () => {
  const { world, sent, calls } = await pipelined()
  calls[0]!.refuse('NOT_ENOUGH_REPLICAS_AFTER_APPEND')
  calls[1]!.ok()
  await world.advance(1_000)
  world.call().refuse('MESSAGE_TOO_LARGE')
  await world.settle()
  expect(world.calls()).toEqual([])
  for (const { error } of sent.slice(0, 8))
    expect(error).toMatchObject({ code: 'MESSAGE_TOO_LARGE', persisted: 'possibly' })
})

test('a batch larger than a segment of the log is split too', async () => {
  const { world, calls } = await pipelined()
  calls[0]!.refuse('RECORD_LIST_TOO_LARGE')
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.settle()
  expect(numbers(world)).toEqual([['1,2,3,4', 0, 1]])
})

test('without idempotence the parts of a batch go one after the other, without sequences', async () => {
  const world = new SenderWorld({ batchRecords: 8, idempotent: false })
  const sent = await world.sendAll(0, values)
  world.call().refuse('MESSAGE_TOO_LARGE')
  await world.settle()
  expect(await acceptAll(world)).toEqual([
    ['1,2,3,4', -1, -1],
    ['5,6,7,8', -1, -1],
  ])
  expect(sent.every(({ error, settled }) => error === null && settled === 1)).toBe(true)
})

test('the parts of a split batch keep its deadline', async () => {
  const world = new SenderWorld({ batchRecords: 8, deliveryTimeoutMs: 1_000 })
  const sent = await world.sendAll(0, values)
  await world.advance(900)
  world.call().refuse('MESSAGE_TOO_LARGE')
  await world.settle()
  await world.advance(100)
  expect(sent.map(({ error }) => error?.code)).toEqual(sent.map(() => 'DELIVERY_TIMEOUT'))
  expect(sent.map(({ error }) => error?.persisted)).toEqual([
    ...values.slice(0, 4).map(() => 'possibly'),
    ...values.slice(4).map(() => 'no'),
  ])
})

test('where the codec fails on a part, the rest goes on under the next epoch', async () => {
  const { compression, failNext } = failingCodec()
  const { world, sent, calls } = await pipelined({ compression })
  failNext()
  calls[0]!.refuse('MESSAGE_TOO_LARGE')
  calls[1]!.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.settle()
  expect(await acceptAll(world)).toEqual([
    ['5,6,7,8', 1, 0],
    ['9,10', 1, 4],
  ])
  const failed = sent.filter(({ error }) => error !== null)
  expect(failed.map(({ value, error }) => [value, error!.code])).toEqual(
    values.slice(0, 4).map((value) => [value, 'CODEC_FAILED']),
  )
})
