import assert from 'node:assert/strict'
import type { QueueBatch } from '../../accumulator-queue.js'
import { valuesOf } from '../stand/read-batch.js'
import { type MakeAccumulator, single, type TestFunction } from '../stand/setting.js'
import { Stand } from '../stand/stand.js'

/** Which batches a request gets. */
export function checkDraining(test: TestFunction, make: MakeAccumulator): void {
  const one = (): Stand => new Stand(make, single)
  test('asks for a topic that is sent to, once', () => asksForTopic(one()))
  test('calls its listener when there is something new to do', () => callsListener(new Stand(make)))
  test('groups what could go by leader, and tells of what has none', () => groupsByLeader(one()))
  test('gives one batch a partition for a request, oldest first', () => givesOneEach(one()))
  test('fills a request up to maxBytes', () => fillsUpTo(one()))
  test('gives a batch that is too large for any request alone', () => givesLargeAlone(one()))
  test('skips a partition that may not be drained, and not its broker', () => skips(one()))
  test('serves all partitions in turn', () => servesInTurn(one()))
  test('lets a batch fill while its broker is busy, and not for ever', () =>
    isPatient(new Stand(make)))
  test('holds a batch back for lingerMs', () => lingers(make))
}

function partitionsOf(batches: readonly QueueBatch[]): number[] {
  return batches.map(({ partition }) => partition)
}

function byName(a: string | null, b: string | null): number {
  return `${a}` < `${b}` ? -1 : 1
}

function asksForTopic({ front, queue }: Stand): void {
  for (const name of ['orders', '__proto__']) {
    const topic = front.forTopic(name)
    assert.equal(front.forTopic(name), topic)
    assert.deepEqual([topic.snapshot, topic.blocked], [undefined, true])
    assert.deepEqual(queue.takeWantedTopics(), [name])
  }
  assert.deepEqual(queue.takeWantedTopics(), [])
}

function callsListener(stand: Stand): void {
  let calls = 0
  const topic = stand.topic()
  stand.queue.onWork(() => calls++)
  const afterwards = (what: string, run: () => void): void => {
    calls = 0
    run()
    stand.clock.endTurns()
    assert.ok(calls > 0, `onWork was not told of ${what}`)
  }
  afterwards('a new topic', () => stand.front.forTopic('other'))
  afterwards('a batch that is due', () => stand.append(topic, { value: 'a' }))
  afterwards('a flush', () => {
    stand.append(topic, { partition: 1 })
    void stand.front.flush()
  })
  afterwards('a close', () => void stand.front.close())
}

function groupsByLeader(stand: Stand): void {
  const topic = stand.topic()
  assert.deepEqual(stand.ready(), { nodes: new Set(), hasUnknownLeaders: false, nextAt: Infinity })
  stand.leaders.set('orders-1', { node: 7, epoch: 0 })
  stand.leaders.set('orders-2', null)
  for (const partition of [0, 1, 2]) stand.append(topic, { partition })
  const { nodes, hasUnknownLeaders } = stand.ready()
  assert.deepEqual([nodes, hasUnknownLeaders], [new Set([0, 7]), true])
  assert.deepEqual(
    [7, 0, 5].map((node) => partitionsOf(stand.request({}, node))),
    [[1], [0], []],
  )
  stand.leaders.delete('orders-2')
  assert.equal(stand.ready().hasUnknownLeaders, false)
  assert.deepEqual(partitionsOf(stand.request()), [2])
}

function givesOneEach(stand: Stand): void {
  const topic = stand.topic()
  for (const value of ['a', 'b', 'c']) stand.append(topic, { value })
  stand.append(topic, { partition: 1, value: 'd' })
  const requests = [1, 2, 3, 4].map(() => valuesOf(stand.request()))
  assert.deepEqual(
    requests.map((request) => request.flat().toSorted(byName)),
    [['a', 'd'], ['b'], ['c'], []],
  )
}

function fillsUpTo(stand: Stand): void {
  const topic = stand.topic()
  const bytes = [0, 1].map((partition) =>
    stand.append(topic, { partition, value: 'v'.repeat(400) }),
  )
  const whole = bytes[0]! + bytes[1]! + 2 * 61
  assert.equal(stand.request({ maxBytes: whole - 1 }).length, 1)
  stand.append(topic, { partition: 0, value: 'v'.repeat(400) })
  assert.equal(stand.request({ maxBytes: whole }).length, 2)
}

function givesLargeAlone(stand: Stand): void {
  const topic = stand.topic()
  for (const [partition, size] of [10, 5_000, 10].entries())
    stand.append(topic, { partition, value: 'v'.repeat(size) })
  const requests = [1, 2, 3].map(() => partitionsOf(stand.request({ maxBytes: 1_000 })))
  assert.deepEqual(new Set(requests.flat()), new Set([0, 1, 2]))
  assert.ok(requests.some((request) => request.length === 1 && request[0] === 1))
}

/** The Java client once held up the whole broker for one such partition. */
function skips(stand: Stand): void {
  const topic = stand.topic()
  for (const partition of [0, 1, 2]) stand.append(topic, { partition })
  const asked: number[] = []
  const mayDrain = (_: string, partition: number): boolean => {
    asked.push(partition)
    return partition !== 0
  }
  assert.deepEqual(partitionsOf(stand.request({ mayDrain })), [1, 2])
  assert.equal(asked.length, 3, 'mayDrain is asked once a partition')
  assert.deepEqual(new Set(asked), new Set([0, 1, 2]))
  assert.deepEqual(partitionsOf(stand.request()), [0])
}

/** KAFKA-13834 */
function servesInTurn(stand: Stand): void {
  const topic = stand.topic('orders', 5)
  for (let i = 0; i < 5; i++) {
    for (let partition = 0; partition < 5; partition++)
      stand.append(topic, { partition, value: 'v'.repeat(400) })
  }
  const served = [0, 0, 0, 0, 0]
  for (let requests = 1; requests <= 10; requests++) {
    for (const partition of partitionsOf(stand.request({ maxBytes: 1_000 }))) served[partition]!++
    const spread = Math.max(...served) - Math.min(...served)
    assert.ok(spread <= 1, `after ${requests} requests of two batches: ${served.join()}`)
  }
}

function isPatient(stand: Stand): void {
  const topic = stand.topic()
  stand.append(topic, { value: 'a' })
  assert.deepEqual(stand.request({ busy: true }), [])
  stand.append(topic, { value: 'b' })
  assert.deepEqual(valuesOf(stand.request()), [['a', 'b']])
  stand.append(topic, { value: 'c' })
  stand.clock.advance(1_000)
  assert.deepEqual(valuesOf(stand.request({ busy: true })), [['c']])
}

function lingers(make: MakeAccumulator): void {
  const stand = new Stand(make, { lingerMs: 50, batchRecords: 3 })
  const topic = stand.topic()
  stand.append(topic, { value: 'a' })
  stand.clock.advance(49)
  assert.deepEqual(stand.request(), [])
  stand.append(topic, { value: 'b' })
  stand.clock.advance(1)
  assert.deepEqual(valuesOf(stand.request()), [['a', 'b']])
  for (const value of ['c', 'd', 'e']) stand.append(topic, { value })
  assert.deepEqual(valuesOf(stand.request()), [['c', 'd', 'e']], 'a full batch need not linger')
}
