/**
 * The conformance kit of partitioners.
 *
 * @packageDocumentation
 */

import assert from 'node:assert/strict'
import type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'
import { aTopic, fullKeys, input, keys, topics } from './testing/situations.js'

/** The `test` function of vitest, node:test or jest. */
export type TestFunction = (name: string, run: () => void) => unknown

/** What the kit must know of the partitioner. */
export interface PartitionerConformanceOptions {
  /** Whether the partitioner may give records of one key to several partitions.
   *  @defaultValue false */
  readonly ignoresKeys?: boolean
}

/**
 * Checks what the producer relies on in any partitioner: that it chooses partitions of the topic, and that it keeps
 * nothing that belongs to the producer. A record with an empty key may count as a record without a key, as in librdkafka.
 *
 * @param test - the `test` function of your test runner
 * @param make - makes a new partitioner for each test
 */
export function partitionerConformance(
  test: TestFunction,
  make: () => Partitioner,
  options: PartitionerConformanceOptions = {},
): void {
  test('chooses a partition that the topic has', () => choosesInRange(make()))
  test('follows a topic as partitions are added and leaders change', () => followsTheTopic(make()))
  test('keeps topics apart', () => keepsTopicsApart(make()))
  test('takes a topic of any name', () => takesAnyName(make()))
  test('leaves the key bytes as they are', () => leavesKeyBytes(make()))
  test('takes whatever it is told of appended records', () => takesAnyAppend(make()))
  if (options.ignoresKeys) return
  test('gives one key one partition while the partition count stands', () => keepsKeys(make()))
  test('gives one key the same partition in every producer', () => agrees(make(), make()))
  test('does not rely on key bytes of earlier records', () => forgetsKeyBytes(make()))
}

function choosesInRange(partitioner: Partitioner): void {
  for (const topic of topics()) {
    const chooser = partitioner.forTopic('orders')
    for (const key of [null, ...keys(), null]) place(chooser, input(key), topic)
  }
}

function followsTheTopic(partitioner: Partitioner): void {
  const growing = [...topics()]
  // A topic that is deleted and created again may have fewer partitions than before.
  for (const course of [growing, growing.toReversed()]) {
    const chooser = partitioner.forTopic('orders')
    for (const topic of course) {
      for (const key of [null, 'a', null, 'b', null]) place(chooser, input(key), topic)
    }
  }
}

function keepsTopicsApart(partitioner: Partitioner): void {
  const small = partitioner.forTopic('small')
  const large = partitioner.forTopic('large')
  const hundred = aTopic(100, [97, 98, 99])
  for (const key of [null, ...keys(), null]) {
    place(large, input(key, 'large'), hundred)
    place(small, input(key, 'small'), aTopic(1, [0]))
  }
}

function takesAnyName(partitioner: Partitioner): void {
  for (const name of [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '.',
    'a'.repeat(249),
  ]) {
    const chooser = partitioner.forTopic(name)
    for (const key of [null, 'a', null]) place(chooser, input(key, name), aTopic(3, [0, 2]))
  }
}

function leavesKeyBytes(partitioner: Partitioner): void {
  const chooser = partitioner.forTopic('orders')
  for (const key of keys()) {
    const given = input(key)
    const before = Uint8Array.from(given.keyBytes!)
    place(chooser, given, aTopic(12, [3, 4]))
    assert.deepEqual(Uint8Array.from(given.keyBytes!), before, 'the key bytes were written to')
  }
}

function takesAnyAppend(partitioner: Partitioner): void {
  const chooser = partitioner.forTopic('orders')
  const topic = aTopic(12, [3, 4, 7])
  for (const bytes of [0, 1, 499, 500, 1000, 2 ** 31, 2 ** 40]) {
    for (const tailOpen of [true, false]) {
      const partition = place(chooser, input(null), topic)
      chooser.onAppend?.(partition, bytes, tailOpen)
      chooser.onAppend?.(11, bytes, tailOpen)
    }
  }
  place(chooser, input(null), topic)
}

function keepsKeys(partitioner: Partitioner): void {
  const chooser = partitioner.forTopic('orders')
  const homes = homesOf(chooser)
  for (const available of [[5], [11, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]) {
    const topic = aTopic(12, available)
    place(chooser, input(null), topic)
    assert.deepEqual(
      homesOf(chooser, topic),
      homes,
      `a key moved when the partitions with a leader became ${available.join()}`,
    )
  }
}

function homesOf(chooser: TopicPartitioner, topic = aTopic(12, [0, 1, 2])): number[] {
  return fullKeys().map((key) => place(chooser, input(key), topic))
}

/** Otherwise the records of one key lose their order when a service is started twice, or again. */
function agrees(one: Partitioner, other: Partitioner): void {
  const homes = homesOf(one.forTopic('orders'))
  const chooser = other.forTopic('orders')
  place(chooser, input(null), aTopic(12, [0, 1, 2]))
  assert.deepEqual(homesOf(chooser), homes, 'two partitioners put one key into two partitions')
}

/** The producer writes all keys into one buffer, over earlier keys. */
function forgetsKeyBytes(partitioner: Partitioner): void {
  const chooser = partitioner.forTopic('orders')
  const buffer = new Uint8Array(8192)
  let offset = 0
  const placeInBuffer = (key: string | Uint8Array): number => {
    const { keyBytes, record } = input(key)
    buffer.fill(0xff).set(keyBytes!, (offset += 7))
    const shared = buffer.subarray(offset, offset + keyBytes!.length)
    return place(chooser, { keyBytes: shared, record }, aTopic(12, [0, 1, 2]))
  }
  const homes = fullKeys().map(placeInBuffer)
  assert.deepEqual(
    fullKeys().map(placeInBuffer),
    homes,
    'a key moved when its buffer was used again',
  )
}

/** Places a record as the producer does, with the call that follows its append. */
function place(chooser: TopicPartitioner, given: PartitionInput, topic: TopicView): number {
  const partition = chooser.partition(given, topic)
  assert.ok(
    Number.isInteger(partition) && partition >= 0 && partition < topic.partitionCount,
    `partition() gave ${String(partition)} for a topic of ${topic.partitionCount} partitions`,
  )
  if (given.keyBytes === null) chooser.onAppend?.(partition, 120, partition % 2 === 0)
  return partition
}
