import assert from 'node:assert/strict'
import { KafkaError } from '@sluice/protocol'
import { noRoom } from '../../accumulator-front.js'
import { reactions, watch } from '../stand/promises.js'
import { type MakeAccumulator, small, type TestFunction } from '../stand/setting.js'
import { inLine, StandWaiter } from '../stand/stand-waiter.js'
import { Stand } from '../stand/stand.js'

/** An abort ends what is not sealed, and nothing else. */
export function checkAborting(test: TestFunction, make: MakeAccumulator): void {
  test('abort fails what is open or waits, and leaves what is sealed', () => aborts(make))
  test('abort says that nothing of what it fails was written', () =>
    saysNotWritten(new Stand(make)))
  test('abort ends a flush, and the front goes on', () => goesOn(make))
  test('abort gives back the memory of what it fails', () => givesBack(new Stand(make, small)))
  test('abort leaves alone what is sent while it fails others', () => leavesNewer(new Stand(make)))
}

function aborted(): KafkaError {
  return new KafkaError('INVALID_TXN_STATE', 'aborted by the test', { persisted: 'possibly' })
}

function aborts(make: MakeAccumulator): void {
  const stand = new Stand(make, { batchRecords: 2, lingerMs: 50 })
  const topic = stand.topic()
  for (const value of ['sealed 1', 'sealed 2', 'open']) stand.append(topic, { value })
  stand.append(topic, { partition: 1, value: 'open, too' })
  const waiter = inLine(stand, stand.front.forTopic('unknown'), 'waits')
  stand.front.abort(aborted())
  assert.equal(waiter.outcome, 'INVALID_TXN_STATE')
  assert.deepEqual(new Set(stand.tags), new Set(['open', 'open, too']))
  assert.deepEqual(
    [topic.tailOpen(0), topic.queuedBatches(0), topic.queuedBatches(1)],
    [false, 1, 0],
  )
  stand.clock.advance(50)
  stand.acknowledgeAll()
  const ends = stand.ends.map(({ tag, error }) => [tag, error?.code ?? null])
  assert.deepEqual(Object.fromEntries(ends), {
    'sealed 1': null,
    'sealed 2': null,
    open: 'INVALID_TXN_STATE',
    'open, too': 'INVALID_TXN_STATE',
  })
  assert.deepEqual([stand.ends.length, stand.front.pending], [4, false])
}

function saysNotWritten(stand: Stand): void {
  stand.append(stand.topic(), { value: 'open' })
  const waiter = inLine(stand, stand.front.forTopic('unknown'), 'waits')
  stand.front.abort(aborted())
  for (const error of [waiter.state, stand.ends[0]!.error]) {
    assert.ok(error instanceof KafkaError)
    assert.deepEqual([error.code, error.persisted], ['INVALID_TXN_STATE', 'no'])
    assert.match(error.message, /aborted by the test/)
  }
}

async function goesOn(make: MakeAccumulator): Promise<void> {
  const stand = new Stand(make, { lingerMs: 50 })
  const topic = stand.topic()
  stand.append(topic, { value: 'aborted' })
  const flushed = watch(stand.front.flush())
  stand.front.abort(aborted())
  await reactions()
  assert.equal(flushed.resolved, true)
  for (const value of ['next', 'last']) stand.append(topic, { value })
  assert.deepEqual(stand.request(), [], 'a batch need not linger after an abort')
  stand.clock.advance(50)
  stand.acknowledgeAll()
  assert.deepEqual(stand.tags, ['aborted', 'next', 'last'])
}

function givesBack(stand: Stand): void {
  const topic = stand.topic()
  const delivery = stand.delivery(1_000)
  for (let round = 0; round < 5; round++) {
    assert.notEqual(stand.append(topic, { value: 'v'.repeat(15_000) }, 'open', delivery), noRoom)
    stand.front.abort(aborted())
  }
  stand.acknowledgeAll()
  assert.deepEqual([stand.ends.length, stand.front.hasRoom, stand.front.pending], [5, true, false])
}

function leavesNewer(stand: Stand): void {
  const topic = stand.topic()
  const sendNext = { heldBytes: 0, settle: () => void stand.append(topic, { value: 'next' }) }
  stand.append(topic, { value: 'open' }, 'open', sendNext)
  const unknown = stand.front.forTopic('unknown')
  const failed = (): void => void inLine(stand, unknown, 'later')
  new StandWaiter(1, () => noRoom, failed).wait(unknown)
  stand.front.abort(aborted())
  stand.learn('unknown', 1)
  stand.acknowledgeAll()
  assert.deepEqual(new Set(stand.tags), new Set(['next', 'later']))
  assert.deepEqual(
    stand.ends.map(({ error }) => error),
    [null, null],
  )
}
