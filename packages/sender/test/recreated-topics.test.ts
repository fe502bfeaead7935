import { expect, test } from 'vitest'
import { BrokerLog } from './broker-log.js'
import type { ProduceCall } from './produce-call.js'
import { type Sent, World, type WorldOptions } from './world.js'

// F16: a topic is deleted and created again, with another id, empty logs and leader epochs from 0 on.

const firstId = '00000000-0000-4000-8000-6f7264657273'
const newId = 'aaaaaaaa-0000-4000-8000-000000000001'
const node1 = { node: 1, epoch: 0 }

/** The metadata names the new topic. */
async function recreate(world: World, partitions = 2, id = newId): Promise<void> {
  const leaders = Array.from({ length: partitions }, () => node1)
  world.network.metadata.setTopic('orders', leaders, id)
  world.network.changed()
  await world.settle()
}

/** `ahead` is acknowledged, and these are on the way behind it. */
async function pipelined(values: readonly string[], options: WorldOptions = {}, version = 13) {
  const world = new World(options)
  world.network.produceVersion = version
  await world.openGate()
  const sent = await world.sendAll(0, values)
  return { world, sent, calls: world.calls() }
}

/** The connection ends, and nobody knows which requests were read before. */
async function loseAnswers(world: World): Promise<void> {
  world.network.down(1)
  world.network.up(1)
  await world.settle()
}

/** Epoch and sequence of a request's only batch. */
function numberOf(call: ProduceCall): [epoch: number, sequence: number] {
  const [batch] = call.batches
  return [batch!.epoch, batch!.sequence]
}

/** The new partition 0 takes all that comes, until nothing comes any more. */
async function serve(world: World, log = new BrokerLog()): Promise<BrokerLog> {
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

test('what is refused by the old id goes to the new topic, one ahead with sequence 0 of the next epoch', async () => {
  const { world, sent, calls } = await pipelined(['1', '2', '3'])
  for (const call of calls) call.refuse('UNKNOWN_TOPIC_ID')
  expect(world.network.metadata.refreshes).toBeGreaterThan(0)
  await recreate(world)
  await world.advance(100)
  expect([world.onTheWay, numberOf(world.call())]).toEqual([[['1']], [1, 0]])
  expect(world.call().batches[0]!.topicId).toBe(newId)
  expectInLog(await serve(world), sent)
})

test('two of which nothing was heard are sent to the new topic too, in their order', async () => {
  const { world, sent } = await pipelined(['1', '2'])
  await loseAnswers(world)
  await recreate(world)
  await world.advance(100)
  expect([world.onTheWay, numberOf(world.call())]).toEqual([[['1']], [1, 0]])
  expectInLog(await serve(world), sent)
})

test('nothing goes to the new topic while the old one owes an answer, for 2 s at most', async () => {
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

test('what was sent by the old id moves also where the connection is lost after the new id was heard of', async () => {
  const { world, sent } = await pipelined(['1', '2'])
  await recreate(world)
  await loseAnswers(world)
  await world.advance(100)
  expect(numberOf(world.call())).toEqual([1, 0])
  expectInLog(await serve(world), sent)
})

test('a partition where nothing is left begins at 0 of the next epoch, others of the topic too', async () => {
  const { world } = await pipelined([])
  await world.openGate(1)
  await recreate(world)
  for (const partition of [0, 1]) {
    await world.sendAll(partition, ['next'])
    expect(numberOf(world.call())).toEqual([1, 0])
    world.call().ok()
    await world.settle()
  }
})

test('where the log that may have had a record is gone, a later failure still says so', async () => {
  const { world, sent } = await pipelined(['1', '2'])
  await loseAnswers(world)
  await recreate(world)
  await world.advance(100)
  world.call().refuse('INVALID_RECORD')
  expect(sent[0]!.error).toMatchObject({ code: 'INVALID_RECORD', persisted: 'possibly' })
  expectInLog(await serve(world), [sent[1]!])
})

test('what may be in the old log is cut where it is too large for the new topic', async () => {
  const world = new World({ batchRecords: 2 })
  const sent = await world.sendAll(0, ['1', '2'])
  await loseAnswers(world)
  await recreate(world)
  await world.advance(100)
  world.call().refuse('MESSAGE_TOO_LARGE')
  expectInLog(await serve(world), sent)
})

test('by name a request of which nothing was heard may be in the new log: it keeps its number', async () => {
  const { world, sent } = await pipelined(['1', '2'], {}, 12)
  const log = new BrokerLog()
  log.append(world.calls()[0]!.batches[0]!)
  await loseAnswers(world)
  await recreate(world)
  const later = await world.sendAll(0, ['3'])
  await world.advance(100)
  expect([world.onTheWay, numberOf(world.call())]).toEqual([[['1']], [0, 1]])
  expectInLog(await serve(world, log), [...sent, ...later])
  expect(numberOf(world.network.calls.at(-1)!)).toEqual([1, 0])
})

test('by name the new log may take the second request though the old topic has refused the first: that one fails, for it would come behind', async () => {
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

test('by name the first fails also where nothing was heard of the second', async () => {
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

test('by name the first fails also where nothing was heard of the second after the new id was heard of', async () => {
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

test('by name the first fails also where its number is refused before the new id is heard of', async () => {
  const { world, sent, calls } = await pipelined(['1', '2'], {}, 12)
  const log = new BrokerLog()
  calls[0]!.refuse('UNKNOWN_TOPIC_OR_PARTITION')
  log.append(calls[1]!.batches[0]!)
  await loseAnswers(world)
  await serve(world, log)
  expect(sent[0]!.error).toMatchObject({ code: 'OUT_OF_ORDER_SEQUENCE_NUMBER', persisted: 'no' })
  expectInLog(log, [sent[1]!])
})

test('by name what is behind a rejected one and in doubt fails when the new log has one behind it', async () => {
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

test('a cluster without topic ids tells nothing: the numbers go on, and the new log takes them', async () => {
  const world = new World()
  world.network.metadata.setTopic('old-orders', [{ node: 1, epoch: 5 }])
  const sent = [world.send(0, '1', 'old-orders'), world.send(0, '2', 'old-orders')]
  await world.settle()
  world.call().refuse('UNKNOWN_TOPIC_OR_PARTITION')
  world.network.metadata.setTopic('old-orders', [node1])
  world.network.changed()
  const log = await serve(world)
  expectInLog(log, sent)
  expect(numberOf(world.network.calls.at(-1)!)).toEqual([0, 1])
})

test('a topic that stays away for a while is waited for', async () => {
  const { world, sent } = await pipelined(['1', '2'], { deliveryTimeoutMs: 10_000 })
  for (let second = 0; second < 5; second++) {
    for (const call of world.calls()) call.refuse('UNKNOWN_TOPIC_ID')
    await world.advance(1_000)
  }
  for (const call of world.calls()) call.refuse('UNKNOWN_TOPIC_ID')
  await recreate(world)
  expectInLog(await serve(world), sent)
})

test('a former id comes from a broker that lags behind: nothing moves, and nothing is written twice', async () => {
  const { world } = await pipelined([])
  await recreate(world)
  const sent = await world.sendAll(0, ['1'])
  const log = new BrokerLog()
  log.append(world.call().batches[0]!)
  await loseAnswers(world)
  await recreate(world, 1, firstId)
  await world.advance(100)
  expect(numberOf(world.call())).toEqual([1, 0])
  world.call().refuse('UNKNOWN_TOPIC_ID')
  await recreate(world)
  expectInLog(await serve(world, log), sent)
})

test('what may be in the log of a topic that is named again is not sent to it', async () => {
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

test('nor where that topic was not the last one before', async () => {
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

test('each that is not sent to a topic that is named again is given up when it could go', async () => {
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

test('the old leader names a new one of the topic that is deleted: that is not believed', async () => {
  const { world, sent, calls } = await pipelined(['1'])
  await recreate(world)
  calls[0]!.refuse('NOT_LEADER_OR_FOLLOWER', { leader: { node: 2, epoch: 9 } })
  expect(world.network.metadata.hints).toEqual([])
  expectInLog(await serve(world), sent)
})

test('nor a broker that lags behind and names the old leader to a request by name', async () => {
  const { world } = await pipelined([], {}, 12)
  await recreate(world)
  const sent = await world.sendAll(0, ['1'])
  world.call().refuse('NOT_LEADER_OR_FOLLOWER', { leader: { node: 2, epoch: 9 } })
  expect(world.network.metadata.hints).toEqual([])
  expectInLog(await serve(world), sent)
})

test('a new leader of the new topic is believed, by id', async () => {
  const { world } = await pipelined([])
  await recreate(world)
  await world.sendAll(0, ['1'])
  world.call().refuse('NOT_LEADER_OR_FOLLOWER', { leader: { node: 2, epoch: 1 } })
  expect(world.network.metadata.leader('orders', 0)).toEqual({ node: 2, epoch: 1 })
})

test('records of a partition that the new topic lacks fail at once, the others go on', async () => {
  const world = new World({ lingerMs: 50 })
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

test('an open batch of a partition that is gone fails, too', async () => {
  const world = new World({ batchRecords: 10, lingerMs: 500 })
  await world.sendAll(0, ['ahead'])
  const open = world.send(1, 'open')
  await recreate(world, 1)
  expect(open.error).toMatchObject({ code: 'TOPIC_RECREATED', persisted: 'no', partition: 1 })
})

test('without numbers a batch goes to the new topic as it is', async () => {
  const world = new World({ idempotent: false })
  const sent = await world.sendAll(0, ['1'])
  await loseAnswers(world)
  await recreate(world)
  await world.advance(100)
  world.call().ok(0n)
  expect(sent[0]!.offset).toBe(0n)
})

test('without numbers a batch goes also to a topic that is named again', async () => {
  const world = new World({ idempotent: false })
  const sent = await world.sendAll(0, ['1'])
  await recreate(world)
  await loseAnswers(world)
  await recreate(world, 2, firstId)
  await world.advance(100)
  world.call().ok(1n)
  expect(sent[0]!.offset).toBe(1n)
})

test('it is logged, once', async () => {
  const { world } = await pipelined([])
  const warnings: string[] = []
  world.runtime.logger.warn = (line) => void warnings.push(line)
  await recreate(world)
  await recreate(world)
  expect(warnings).toEqual(['Topic orders was deleted and created again.'])
})

const failing = { onTopicRecreated: 'fail', batchRecords: 2, lingerMs: 200 } as const

test("'fail' rejects what was sent or appended before, and says what may have been written", async () => {
  const world = new World(failing)
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

test("'fail' waits for what is in flight: an OK counts, anything else is the end", async () => {
  const world = new World({ onTopicRecreated: 'fail' })
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

test("'fail' rejects nothing for a former id, which a broker that lags behind has named", async () => {
  const world = new World({ onTopicRecreated: 'fail' })
  await world.openGate()
  await recreate(world)
  await recreate(world, 2, firstId)
  const sent = await world.sendAll(0, ['1'])
  world.call().refuse('UNKNOWN_TOPIC_ID')
  await recreate(world)
  expectInLog(await serve(world), sent)
})

test("'fail' leaves other topics alone", async () => {
  const world = new World({ onTopicRecreated: 'fail' })
  world.network.metadata.setTopic('other', [node1])
  const other = world.send(0, 'other', 'other')
  await world.settle()
  await recreate(world)
  expectInLog(await serve(world), [other])
})
