import { expect, test } from 'vitest'
import { BrokerLog } from './broker-log.js'
import { sequenceOf } from './produce-call.js'
import { type Sent, SenderWorld, type SenderWorldOptions } from './sender-world.js'

// F16: a topic is deleted and created again, with another id, empty logs and leader epochs from 0 on.

const firstId = '00000000-0000-4000-8000-6f7264657273'
const newId = 'aaaaaaaa-0000-4000-8000-000000000001'
const node1 = { node: 1, epoch: 0 }

/** The metadata names the new topic. */
async function recreate(world: SenderWorld, partitions = 2, id = newId): Promise<void> {
  const leaders = Array.from({ length: partitions }, () => node1)
  world.network.metadata.setTopic('orders', leaders, id)
  world.network.changed()
  await world.settle()
}

/** `ahead` is acknowledged, and these are on the way behind it. */
async function pipelined(
  values: readonly string[],
  options: SenderWorldOptions = {},
  version = 13,
) {
  const world = new SenderWorld(options)
  world.network.produceVersion = version
  await world.openGate()
  const sent = await world.sendAll(0, values)
  return { world, sent, calls: world.calls() }
}

/** The connection ends, and nobody knows which requests were read before. */
async function loseAnswers(world: SenderWorld): Promise<void> {
  world.network.down(1)
  world.network.up(1)
  await world.settle()
}

/** The new partition 0 takes all that comes, until nothing comes any more. */
async function serve(world: SenderWorld, log = new BrokerLog()): Promise<BrokerLog> {
  await world.advance(1_200)
  while (world.calls().length > 0) {
    for (const call of world.calls()) {
      const [batch] = call.batches
      const result = log.append(batch!)
      call.reply({ 0: result.code === null ? { offset: result.offset } : { code: result.code } })
    }
    await world.advance(1_200)
  }
  return log
}

function expectInLog(log: BrokerLog, sent: readonly Sent[]): void {
  expect(log.values).toEqual(sent.map(({ value }) => value))
  expect(sent.map(({ settled, offset }) => [settled, offset])).toEqual(
    sent.map((_, index) => [1, BigInt(index)]),
  )
}

test('batches refused by the old topic id go to the new topic, one ahead with sequence 0 of the next epoch', async () => {
  const { world, sent, calls } = await pipelined(['1', '2', '3'])
  for (const call of calls) call.refuse('UNKNOWN_TOPIC_ID')
  expect(world.network.metadata.refreshes).toBeGreaterThan(0)
  await recreate(world)
  await world.advance(100)
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['1']], [1, 0]])
  expect(world.call().batches[0]!.topicId).toBe(newId)
  expectInLog(await serve(world), sent)
})

test('two batches without an answer are sent to the new topic too, in their order', async () => {
  const { world, sent } = await pipelined(['1', '2'])
  await loseAnswers(world)
  await recreate(world)
  await world.advance(100)
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['1']], [1, 0]])
  expectInLog(await serve(world), sent)
})

test('nothing goes to a topic created again while the old one owes an answer, for 2 s at most', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'])
  await recreate(world)
  const later = await world.sendAll(0, ['3'])
  expect(world.calls()).toEqual(calls)
  const { connection } = calls[0]!
  const limit = { connection, ms: 2_000, reason: 'topic orders was created again' }
  expect(world.network.silenceLimits).toEqual([limit, limit])
  // The old log had it before it was deleted.
  calls[0]!.ok(1n)
  await world.settle()
  expect(world.calls()).toEqual([calls[1]])
  calls[1]!.refuse('UNKNOWN_TOPIC_ID')
  expect(sent[0]!.offset).toBe(1n)
  expectInLog(await serve(world), [sent[1]!, ...later])
})

test('a batch sent by the old topic id moves also when the connection is lost after the new id was known', async () => {
  const { world, sent } = await pipelined(['1', '2'])
  await recreate(world)
  await loseAnswers(world)
  await world.advance(100)
  expect(sequenceOf(world.call())).toEqual([1, 0])
  expectInLog(await serve(world), sent)
})

test('a partition of a topic created again where nothing is left begins at 0 of the next epoch, and so do the others', async () => {
  const { world } = await pipelined([])
  await world.openGate(1)
  await recreate(world)
  for (const partition of [0, 1]) {
    await world.sendAll(partition, ['next'])
    expect(sequenceOf(world.call())).toEqual([1, 0])
    world.call().ok()
    await world.settle()
  }
})

test('when the log that may have held a record is gone, a later failure still says that it may be written', async () => {
  const { world, sent } = await pipelined(['1', '2'])
  await loseAnswers(world)
  await recreate(world)
  await world.advance(100)
  world.call().refuse('INVALID_RECORD')
  expect(sent[0]!.error).toMatchObject({ code: 'INVALID_RECORD', persisted: 'possibly' })
  expectInLog(await serve(world), [sent[1]!])
})

test('a batch that may be in the old log is split when it is too large for the new topic', async () => {
  const world = new SenderWorld({ batchRecords: 2 })
  const sent = await world.sendAll(0, ['1', '2'])
  await loseAnswers(world)
  await recreate(world)
  await world.advance(100)
  world.call().refuse('MESSAGE_TOO_LARGE')
  expectInLog(await serve(world), sent)
})

test('a request by name without an answer may be in the new log: its batch keeps its sequence', async () => {
  const { world, sent } = await pipelined(['1', '2'], {}, 12)
  const log = new BrokerLog()
  log.append(world.calls()[0]!.batches[0]!)
  await loseAnswers(world)
  await recreate(world)
  const later = await world.sendAll(0, ['3'])
  await world.advance(100)
  expect([world.onTheWay, sequenceOf(world.call())]).toEqual([[['1']], [0, 1]])
  expectInLog(await serve(world, log), [...sent, ...later])
  expect(sequenceOf(world.network.calls.at(-1)!)).toEqual([1, 0])
})

test('the new log may take the second request by name though the old topic has refused the first: the first batch fails, for it would be written behind the second', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'], {}, 12)
  const log = new BrokerLog()
  calls[0]!.refuse('UNKNOWN_TOPIC_OR_PARTITION')
  log.append(calls[1]!.batches[0]!)
  calls[1]!.ok(0n)
  const later = await world.sendAll(0, ['3'])
  await recreate(world)
  await serve(world, log)
  expect(sent[0]!.error).toMatchObject({ code: 'OUT_OF_ORDER_SEQUENCE_NUMBER', persisted: 'no' })
  expectInLog(log, [sent[1]!, ...later])
})

test('the first batch by name fails also where the second got no answer', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'], {}, 12)
  const log = new BrokerLog()
  calls[0]!.refuse('UNKNOWN_TOPIC_OR_PARTITION')
  log.append(calls[1]!.batches[0]!)
  await loseAnswers(world)
  await recreate(world)
  await serve(world, log)
  expect(sent[0]!.error).toMatchObject({ code: 'OUT_OF_ORDER_SEQUENCE_NUMBER', persisted: 'no' })
  expectInLog(log, [sent[1]!])
})

test('the first batch by name fails also where the second got no answer after the new topic id was known', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'], {}, 12)
  const log = new BrokerLog()
  calls[0]!.refuse('UNKNOWN_TOPIC_OR_PARTITION')
  await recreate(world)
  log.append(calls[1]!.batches[0]!)
  await loseAnswers(world)
  await serve(world, log)
  expect(sent[0]!.error).toMatchObject({ code: 'OUT_OF_ORDER_SEQUENCE_NUMBER', persisted: 'no' })
  expectInLog(log, [sent[1]!])
})

test('the first batch by name fails also where its sequence is refused before the new topic id is known', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'], {}, 12)
  const log = new BrokerLog()
  calls[0]!.refuse('UNKNOWN_TOPIC_OR_PARTITION')
  log.append(calls[1]!.batches[0]!)
  await loseAnswers(world)
  await serve(world, log)
  expect(sent[0]!.error).toMatchObject({ code: 'OUT_OF_ORDER_SEQUENCE_NUMBER', persisted: 'no' })
  expectInLog(log, [sent[1]!])
})

test('a batch by name that may be written, behind a rejected one, fails when the new log has a batch behind it', async () => {
  const { world, sent, calls } = await pipelined(['1', '2', '3'], {}, 12)
  const log = new BrokerLog()
  await recreate(world)
  calls[0]!.refuse('INVALID_RECORD')
  // An answer that lacks its partition: it is in neither log.
  calls[1]!.reply({ 0: null })
  log.append(calls[2]!.batches[0]!)
  calls[2]!.ok(0n)
  await serve(world, log)
  expect(sent[1]!.error).toMatchObject({
    code: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
    persisted: 'possibly',
  })
  expectInLog(log, [sent[2]!])
})

test('without topic ids nothing tells of a topic created again: the sequences go on, and the new log takes them', async () => {
  const world = new SenderWorld()
  world.network.metadata.setTopic('old-orders', [{ node: 1, epoch: 5 }])
  const sent = [world.send(0, '1', 'old-orders'), world.send(0, '2', 'old-orders')]
  await world.settle()
  world.call().refuse('UNKNOWN_TOPIC_OR_PARTITION')
  world.network.metadata.setTopic('old-orders', [node1])
  world.network.changed()
  const log = await serve(world)
  expectInLog(log, sent)
  expect(sequenceOf(world.network.calls.at(-1)!)).toEqual([0, 1])
})

test('batches wait for a deleted topic that stays away for a while', async () => {
  const { world, sent } = await pipelined(['1', '2'], { deliveryTimeoutMs: 10_000 })
  for (let second = 0; second < 5; second++) {
    for (const call of world.calls()) call.refuse('UNKNOWN_TOPIC_ID')
    await world.advance(1_000)
  }
  for (const call of world.calls()) call.refuse('UNKNOWN_TOPIC_ID')
  await recreate(world)
  expectInLog(await serve(world), sent)
})

test('a former topic id comes from a broker that lags behind: nothing moves, and nothing is written twice', async () => {
  const { world } = await pipelined([])
  await recreate(world)
  const sent = await world.sendAll(0, ['1'])
  const log = new BrokerLog()
  log.append(world.call().batches[0]!)
  await loseAnswers(world)
  await recreate(world, 1, firstId)
  await world.advance(100)
  expect(sequenceOf(world.call())).toEqual([1, 0])
  world.call().refuse('UNKNOWN_TOPIC_ID')
  await recreate(world)
  expectInLog(await serve(world, log), sent)
})

test('a batch that may be in the log of a topic whose former id comes back is not sent to it', async () => {
  const { world, sent } = await pipelined(['1', '2'])
  const log = new BrokerLog()
  for (const call of world.calls()) log.append(call.batches[0]!)
  await loseAnswers(world)
  // An older topic, whose deletion this broker has not heard of: to the producer it is a new one.
  await recreate(world)
  const later = await world.sendAll(0, ['3'])
  await recreate(world, 2, firstId)
  await serve(world, log)
  for (const { error } of sent)
    expect(error).toMatchObject({ code: 'TOPIC_RECREATED', persisted: 'possibly', attempts: 1 })
  expect([log.values, later[0]!.offset]).toEqual([['1', '2', '3'], 2n])
})

test('a batch that may be in the log of an older topic is not sent to it either when its id comes back', async () => {
  const { world } = await pipelined([])
  await recreate(world)
  await recreate(world, 2, firstId)
  const sent = await world.sendAll(0, ['1'])
  const log = new BrokerLog()
  log.append(world.call().batches[0]!)
  await loseAnswers(world)
  await recreate(world, 2, 'aaaaaaaa-0000-4000-8000-000000000002')
  await recreate(world, 2, firstId)
  await serve(world, log)
  expect([sent[0]!.error!.persisted, log.values]).toEqual(['possibly', ['1']])
})

test('each batch that is not sent to a topic whose former id comes back is given up when it could go', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'])
  calls[0]!.refuse('REQUEST_TIMED_OUT')
  await world.advance(50)
  calls[1]!.refuse('REQUEST_TIMED_OUT')
  await recreate(world)
  await recreate(world, 2, firstId)
  await world.advance(50)
  expect(sent.map(({ settled }) => settled)).toEqual([1, 0])
  await world.advance(50)
  expect(sent.map(({ settled }) => settled)).toEqual([1, 1])
})

test('a new leader that the old leader names for a deleted topic is not believed', async () => {
  const { world, sent, calls } = await pipelined(['1'])
  await recreate(world)
  calls[0]!.refuse('NOT_LEADER_OR_FOLLOWER', { leader: { node: 2, epoch: 9 } })
  expect(world.network.metadata.hints).toEqual([])
  expectInLog(await serve(world), sent)
})

test('an old leader that a lagging broker names in answer to a request by name is not believed', async () => {
  const { world } = await pipelined([], {}, 12)
  await recreate(world)
  const sent = await world.sendAll(0, ['1'])
  world.call().refuse('NOT_LEADER_OR_FOLLOWER', { leader: { node: 2, epoch: 9 } })
  expect(world.network.metadata.hints).toEqual([])
  expectInLog(await serve(world), sent)
})

test('a new leader that is named for the new topic by its id is believed', async () => {
  const { world } = await pipelined([])
  await recreate(world)
  await world.sendAll(0, ['1'])
  world.call().refuse('NOT_LEADER_OR_FOLLOWER', { leader: { node: 2, epoch: 1 } })
  expect(world.network.metadata.leader('orders', 0)).toEqual({ node: 2, epoch: 1 })
})

test('records of a partition that the new topic lacks fail at once, and the others go on', async () => {
  const world = new SenderWorld({ lingerMs: 50 })
  world.network.metadata.setTopic('orders', [node1, node1, node1])
  const [stays] = await world.sendAll(0, ['stays'])
  const gone = [...(await world.sendAll(1, ['refused', 'queued'])), world.send(2, 'other')]
  await world.settle()
  for (const call of world.calls().slice(1)) call.refuse('UNKNOWN_TOPIC_ID')
  world.call().refuse('UNKNOWN_TOPIC_ID')
  await recreate(world, 1)
  for (const { error } of gone) {
    expect(error).toMatchObject({ code: 'TOPIC_RECREATED', persisted: 'no', topic: 'orders' })
    expect(error!.message).toContain('topic orders was deleted and created again with 1 partitions')
  }
  expectInLog(await serve(world), [stays!])
})

test('an open batch of a partition that the new topic lacks fails too', async () => {
  const world = new SenderWorld({ batchRecords: 10, lingerMs: 500 })
  await world.sendAll(0, ['ahead'])
  const open = world.send(1, 'open')
  await recreate(world, 1)
  expect(open.error).toMatchObject({ code: 'TOPIC_RECREATED', persisted: 'no', partition: 1 })
})

test('a batch without a sequence goes to a topic created again as it is', async () => {
  const world = new SenderWorld({ idempotent: false })
  const sent = await world.sendAll(0, ['1'])
  await loseAnswers(world)
  await recreate(world)
  await world.advance(100)
  world.call().ok(0n)
  expect(sent[0]!.offset).toBe(0n)
})

test('a batch without a sequence goes also to a topic whose former id comes back', async () => {
  const world = new SenderWorld({ idempotent: false })
  const sent = await world.sendAll(0, ['1'])
  await recreate(world)
  await loseAnswers(world)
  await recreate(world, 2, firstId)
  await world.advance(100)
  world.call().ok(1n)
  expect(sent[0]!.offset).toBe(1n)
})

test('a topic that was created again is logged once', async () => {
  const { world } = await pipelined([])
  const warnings: string[] = []
  world.runtime.logger.warn = (line) => void warnings.push(line)
  await recreate(world)
  await recreate(world)
  expect(warnings).toEqual(['Topic orders was deleted and created again.'])
})

const failing = { onTopicRecreated: 'fail', batchRecords: 2, lingerMs: 200 } as const

test("onTopicRecreated 'fail' rejects what was sent or appended before, and says what may be written", async () => {
  const world = new SenderWorld(failing)
  await world.sendAll(0, ['ahead', 'two'])
  world.call().ok()
  const first = await world.sendAll(0, ['1', '2'])
  const refused = await world.sendAll(0, ['3', '4'])
  const [lost, answered] = world.calls()
  answered!.refuse('UNKNOWN_TOPIC_ID')
  lost!.fail('CONNECTION_CLOSED', true)
  const queued = await world.sendAll(0, ['5', '6'])
  const open = await world.sendAll(0, ['7'])
  await recreate(world)
  const fates = [...first, ...refused, ...queued, ...open].map(({ error }) => [
    error?.code,
    error?.persisted,
  ])
  expect(fates).toEqual([
    ...first.map(() => ['TOPIC_RECREATED', 'possibly']),
    ...[...refused, ...queued, ...open].map(() => ['TOPIC_RECREATED', 'no']),
  ])
  expect(world.settled.slice(2).map(({ value }) => value)).toEqual([
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
  ])
  const later = await world.sendAll(0, ['8', '9', '10'])
  expectInLog(await serve(world), later)
})

test("onTopicRecreated 'fail' waits for what is in flight: an OK counts, anything else fails the batch", async () => {
  const world = new SenderWorld({ onTopicRecreated: 'fail' })
  await world.openGate()
  const [written, refused, lost] = await world.sendAll(0, ['written', 'refused', 'lost'])
  const calls = world.calls()
  await recreate(world)
  const later = await world.sendAll(0, ['later'])
  calls[0]!.ok(1n)
  calls[1]!.refuse('UNKNOWN_TOPIC_ID')
  await loseAnswers(world)
  expect(written!.offset).toBe(1n)
  expect(refused!.error).toMatchObject({ code: 'TOPIC_RECREATED', persisted: 'no' })
  expect(lost!.error).toMatchObject({ code: 'TOPIC_RECREATED', persisted: 'possibly', attempts: 1 })
  expectInLog(await serve(world), later)
})

test("onTopicRecreated 'fail' rejects nothing for a former topic id, which a lagging broker has named", async () => {
  const world = new SenderWorld({ onTopicRecreated: 'fail' })
  await world.openGate()
  await recreate(world)
  await recreate(world, 2, firstId)
  const sent = await world.sendAll(0, ['1'])
  world.call().refuse('UNKNOWN_TOPIC_ID')
  await recreate(world)
  expectInLog(await serve(world), sent)
})

test("onTopicRecreated 'fail' leaves other topics alone", async () => {
  const world = new SenderWorld({ onTopicRecreated: 'fail' })
  world.network.metadata.setTopic('other', [node1])
  const other = world.send(0, 'other', 'other')
  await world.settle()
  await recreate(world)
  expectInLog(await serve(world), [other])
})
