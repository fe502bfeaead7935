import process from 'node:process'
import { describeError, KafkaError } from '@sluice/protocol'
import { expect, test, vi } from 'vitest'
import { withUrls } from '../../../src/sending-half/thread/caller/plugin-urls.js'
import { threadStand, written } from './fake-thread.js'

/** The error that the promise was rejected with, 'resolved', or 'pending'. */
async function endOf(promise: Promise<unknown>): Promise<unknown> {
  const ended = promise.then(
    () => 'resolved',
    (error: unknown) => error,
  )
  const nextTurn = new Promise((resolve) => setImmediate(resolve, 'pending'))
  return Promise.race([ended, nextTurn])
}

test('a connect() in the pause after a death is rejected when the producer is closed', async () => {
  const { half, turn, ...stand } = threadStand()
  half.receive({ type: 'topic', topic: 't' })
  await turn()
  stand.thread().dies()
  const connected = half.connect()
  await turn()
  half.receive({ type: 'close' })
  await half.close()
  expect(await endOf(connected)).toMatchObject({ code: 'CONNECTION_CLOSED' })
})

test('the answer of a function that a dead thread has called is not for the next thread', async () => {
  let release: (value: unknown) => void = () => {}
  const slow = (): Promise<unknown> => new Promise((resolve) => (release = resolve))
  const { half, turn, clock, threads } = threadStand({ functions: new Map([['slow', slow]]) })
  half.receive({ type: 'topic', topic: 't' })
  await turn()
  threads[0]!.says({ type: 'call', id: 1, name: 'slow', argument: null })
  const releaseFirst = release
  threads[0]!.dies()
  await clock.pass(150)
  await turn()
  threads[1]!.says({ type: 'call', id: 1, name: 'slow', argument: null })
  releaseFirst('token for the dead thread')
  await turn()
  expect(threads[1]!.of('answer')).toEqual([])
  release('token')
  await turn()
  expect(threads[1]!.of('answer')).toMatchObject([{ id: 1, value: 'token' }])
})

test('why threads die is told to the front, to the logger, and to a caller of connect()', async () => {
  const { half, turn, clock, told, ...stand } = threadStand()
  half.receive({ type: 'topic', topic: 't' })
  const connected = half.connect()
  await turn()
  const wrong = new KafkaError('INVALID_OPTION', 'compression cannot be made')
  stand.thread().says({ type: 'unusable', failure: describeError(wrong) })
  expect(await endOf(connected)).toMatchObject({ code: 'INVALID_OPTION' })
  const failure = { code: 'INVALID_OPTION', message: wrong.message }
  expect(told).toMatchObject([{ type: 'metadata', topics: [], failure }])
  expect(clock.logged.map(({ message }) => message).join()).toContain('compression cannot be made')
})

test('a plug-in that no thread can make is an error of the log, once', async () => {
  const { half, turn, clock, ...stand } = threadStand()
  const wrong = new KafkaError('INVALID_OPTION', 'compression cannot be made')
  for (let thread = 0; thread < 3; thread++) {
    half.receive({ type: 'topic', topic: 't' })
    await turn()
    stand.thread().says({ type: 'unusable', failure: describeError(wrong) })
    await clock.pass(5_000)
  }
  const errors = clock.logged.filter(({ level }) => level === 'error')
  expect(errors.map(({ message }) => message)).toEqual([wrong.message])
})

test('connect() of a transactional producer that has lost its thread says so, and need not be tried again', async () => {
  const { half, turn, ...stand } = threadStand({ transactional: true })
  half.receive({ type: 'topic', topic: 't' })
  await turn()
  stand.thread().dies()
  const lost = { code: 'PRODUCER_CLOSED', retriable: false }
  expect(await endOf(half.connect())).toMatchObject(lost)
})

test('what is due of a transactional producer that has lost its thread ends at once', async () => {
  const { half, turn, told, seal, ...stand } = threadStand({ transactional: true })
  half.receive({ type: 'topic', topic: 't' })
  seal(1)
  half.receive({ type: 'due', topic: 't', partition: 0, patient: false })
  await turn()
  stand.thread().dies()
  await turn()
  const wanted = { type: 'wanted', topic: 't', partition: 0 }
  expect(told.filter(({ type }) => type === 'wanted')).toEqual([wanted])
  half.receive({ type: 'due', topic: 't', partition: 0, patient: false })
  await turn()
  expect(told.filter(({ type }) => type === 'wanted')).toEqual([wanted, wanted])
})

test('what a thread has said while the event loop was busy counts, though its time to close is over', async () => {
  const nextTurn: (() => void)[] = []
  const setImmediate = (run: () => void): unknown => nextTurn.push(run)
  const { half, seal, turn, clock, settled, ...stand } = threadStand({ setImmediate })
  seal(1)
  await turn()
  stand.thread().marks.mark(1)
  half.receive({ type: 'close' })
  await turn()
  // Node runs timers before it reads what a thread has said.
  await clock.pass(600)
  stand.thread().says(written(1))
  for (const run of nextTurn) run()
  expect(settled()).toEqual([[1, 0, 3, 'yes']])
})

test('a commit whose end is unknown stays unknown when the thread dies', async () => {
  const { half, turn, ...stand } = threadStand({ transactional: true })
  const first = half.transactions!.end(true)
  await turn()
  const unknown = new KafkaError('REQUEST_TIMEOUT', 'no answer', { persisted: 'possibly' })
  stand.thread().answers('end', describeError(unknown))
  expect(await endOf(first)).toMatchObject({ persisted: 'possibly' })
  stand.thread().dies()
  const again = { code: 'PRODUCER_CLOSED', persisted: 'possibly' }
  expect(await endOf(half.transactions!.end(true))).toMatchObject(again)
})

test('what the caller of a lost record asks for is for the next thread', async () => {
  const { half, seal, turn, clock, onTold, ...stand } = threadStand()
  seal(1)
  await turn()
  let connected: Promise<void> | undefined
  onTold((message) => {
    if (message.type === 'settled') connected ??= half.connect()
  })
  stand.thread().dies()
  await clock.pass(150)
  await turn()
  stand.thread().answers('connect')
  expect(await endOf(connected!)).toBe('resolved')
})

test('plug-ins cross from a folder that was deleted', () => {
  const cwd = vi.spyOn(process, 'cwd').mockImplementation(() => {
    throw new Error('ENOENT: uv_cwd')
  })
  try {
    const made = { module: '@sluice/protocol/gzip', export: 'gzip', options: undefined }
    expect(() =>
      withUrls({ plain: {}, compression: { option: 'compression', ...made } }),
    ).not.toThrow()
  } finally {
    cwd.mockRestore()
  }
})
