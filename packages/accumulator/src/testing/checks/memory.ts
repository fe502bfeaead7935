import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { noRoom } from '../../accumulator-front.js'
import type { QueueBatch } from '../../accumulator-queue.js'
import { reactions, watch } from '../stand/promises.js'
import { large, type MakeAccumulator, single, small, type TestFunction } from '../stand/setting.js'
import { Stand } from '../stand/stand.js'

/** The bounds of memory, and that no bytes are used again too early. */
export function checkMemory(test: TestFunction, make: MakeAccumulator): void {
  test('holds bufferBytes of records at most, and nearly that', () => isBounded(make))
  test('counts what deliveries hold', () => countsDeliveries(new Stand(make, small)))
  test('has room for a record in each of 10 000 partitions', () => isFrugal(new Stand(make)))
  test('is empty again, however often it was full', () => comesBack(make))
  test('has the room of a batch back when that is released, not when it settles', () =>
    waitsForRelease(new Stand(make, small)))
  test('writes into no bytes that a socket may still read', () =>
    leavesBytes(new Stand(make, single)))
  test('gives back the bytes of a split batch with its last part', () => givesPartsBack(make))
  test('asks callers to stop, and to go on below that', () => hasWaterMarks(make))
}

function isBounded(make: MakeAccumulator): void {
  for (const bytes of [10, 1_000, 20_000]) {
    const stand = new Stand(make, { bufferBytes: 200_000, batchBytes: 16_384 })
    const held = stand.fill(stand.topic(), bytes) * bytes
    assert.ok(held <= 200_000, `${held} bytes of records are held, bufferBytes is 200000`)
    assert.ok(held >= 50_000, `only ${held} bytes of records are held, bufferBytes is 200000`)
  }
}

function countsDeliveries(stand: Stand): void {
  const topic = stand.topic()
  const delivery = stand.delivery(1_000)
  let count = 0
  while (count < 1_000 && stand.append(topic, {}, count, delivery) !== noRoom) count++
  assert.ok(count > 32 && count <= 65, `${count} deliveries of 1000 bytes, bufferBytes is 65536`)
  stand.acknowledgeAll()
  assert.equal(stand.ends.length, count)
  assert.notEqual(stand.append(topic, {}, 'next', delivery), noRoom)
}

function isFrugal(stand: Stand): void {
  const topic = stand.topic('orders', 10_000)
  for (let partition = 0; partition < 10_000; partition++)
    assert.notEqual(stand.append(topic, { partition, value: 'x'.repeat(100) }), noRoom)
}

function comesBack(make: MakeAccumulator): void {
  const stand = new Stand(make, { bufferBytes: 100_000, batchBytes: 8_192 })
  const topic = stand.topic()
  const counts: number[] = []
  for (let round = 0; round < 20; round++) {
    counts.push(stand.fill(topic, 500))
    for (const batch of stand.requests()) {
      if (round % 3 === 0) stand.fail(batch)
      else stand.acknowledge(batch)
    }
    assert.deepEqual([stand.front.hasRoom, stand.front.pending], [true, false])
  }
  const least = Math.min(...counts.slice(-10))
  assert.ok(least >= Math.max(...counts) / 2, `room for ${counts.join()} records: some was lost`)
}

function waitsForRelease(stand: Stand): void {
  const topic = stand.topic()
  stand.append(topic, { value: Buffer.alloc(large) }, 'a')
  const [batch] = stand.request()
  const append = (): boolean => stand.append(topic, { value: Buffer.alloc(large) }, 'b') !== noRoom
  stand.settle(batch!)
  assert.equal(append(), false)
  stand.queue.release(batch!)
  stand.clock.endTurns()
  assert.equal(append(), true)
}

/** KAFKA-19012: records of one topic were read as those of another, and the checksum was right. */
function leavesBytes(stand: Stand): void {
  const topic = stand.topic()
  const batches = [1, 2, 3].flatMap((byte) => {
    stand.append(topic, { value: Buffer.alloc(300, byte) })
    return stand.request()
  })
  const before = batches.map(({ payload }) => payload.slice())
  const unchanged = (which: readonly number[]): void => {
    for (let i = 0; i < 10; i++) stand.append(topic, { value: Buffer.alloc(300, 99) })
    for (const at of which) assert.deepEqual(batches[at]!.payload.slice(), before[at])
  }
  for (const batch of batches) stand.settle(batch)
  unchanged([0, 1, 2])
  stand.queue.release(batches[0]!)
  stand.queue.release(batches[0]!)
  unchanged([1, 2])
  assertApart(stand.requests())
}

/** Bytes that were released twice must not be in two batches. */
function assertApart(batches: readonly QueueBatch[]): void {
  const places = batches.map(({ payload }) => ({ payload, from: payload.byteOffset }))
  for (const [i, one] of places.entries()) {
    for (const other of places.slice(0, i)) {
      const apart =
        one.payload.buffer !== other.payload.buffer ||
        one.from >= other.from + other.payload.byteLength ||
        other.from >= one.from + one.payload.byteLength
      assert.ok(apart, 'two batches share bytes')
    }
  }
}

function givesPartsBack(make: MakeAccumulator): void {
  const stand = new Stand(make, { ...small, bufferBytes: 131_072, batchRecords: 2 })
  const topic = stand.topic()
  for (let i = 0; i < 2; i++) stand.append(topic, { value: Buffer.alloc(large / 2) })
  const [first, second] = stand.queue.split(stand.request()[0]!)
  const append = (): boolean => stand.append(topic, { value: Buffer.alloc(80_000) }) !== noRoom
  const bytes = second!.payload.slice()
  stand.acknowledge(first!)
  stand.acknowledge(first!)
  stand.append(topic, { partition: 1, value: Buffer.alloc(1_000, 99) })
  assert.deepEqual(second!.payload.slice(), bytes)
  assert.equal(append(), false)
  stand.acknowledge(second!)
  stand.acknowledgeAll()
  assert.equal(append(), true)
}

async function hasWaterMarks(make: MakeAccumulator): Promise<void> {
  const stand = new Stand(make, { ...single, bufferBytes: 1_000_000 })
  const topic = stand.topic()
  assert.equal(stand.front.hasRoom, true)
  await stand.front.drained()
  stand.fill(topic, 10_000)
  assert.equal(stand.front.hasRoom, false)
  const drained = watch(stand.front.drained())
  const batches = stand.requests()
  for (const [at, batch] of batches.entries()) {
    await reactions()
    const left = (batches.length - at) * 10_000
    if (left > 700_000) assert.equal(drained.resolved, false, `drained with ${left} bytes left`)
    stand.acknowledge(batch)
  }
  await reactions()
  assert.deepEqual([drained.resolved, stand.front.hasRoom], [true, true])
}
