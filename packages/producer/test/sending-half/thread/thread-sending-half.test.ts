import { describeError, KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { sealedBatch, threadStand, written } from './fake-thread.js'

test('no thread is started before there is something to say, and all of one turn is said in one array', async () => {
  const { half, threads, turn } = threadStand()
  expect(threads).toHaveLength(0)
  half.receive({ type: 'topic', topic: 't' })
  half.receive({ type: 'topic', topic: 'u' })
  await turn()
  expect(threads).toHaveLength(1)
  const topics = threads[0]!.of('topic').map(({ topic }) => topic)
  expect(topics.slice(-2)).toEqual(['t', 'u'])
  const { posts } = threads[0]!
  half.receive({ type: 'topic', topic: 'v' })
  half.receive({ type: 'topic', topic: 'w' })
  await turn()
  expect(threads[0]!.posts).toBe(posts + 1)
})

test('the memory of a sealed batch goes over, and comes back when it is released', async () => {
  const { half, told, turn, ...stand } = threadStand()
  const batch = sealedBatch(1)
  half.receive({ type: 'sealed', batch })
  await turn()
  expect(batch.buffer.byteLength).toBe(0)
  const { buffer } = stand.thread().of('sealed')[0]!.batch
  expect(buffer.byteLength).toBe(64)
  stand.thread().says(written(1), { type: 'released', batch: 1, buffer })
  expect(told.at(-1)).toMatchObject({ type: 'released', batch: 1, buffer: { byteLength: 64 } })
})

test('much that was said does not wait for the end of the turn', () => {
  const { half, ...stand } = threadStand()
  const batch = { ...sealedBatch(1), buffer: new ArrayBuffer(65_536) }
  half.receive({ type: 'sealed', batch })
  expect(stand.thread().of('sealed')).toHaveLength(1)
})

test('an open batch is sealed at once where the thread has nothing of its partition, and else when the thread asks', async () => {
  const { half, told, seal, turn, ...stand } = threadStand()
  half.receive({ type: 'topic', topic: 't' })
  const due = { type: 'due', topic: 't', partition: 0, patient: true } as const
  half.receive(due)
  expect(told).toEqual([])
  await turn()
  expect(told).toEqual([{ type: 'wanted', topic: 't', partition: 0 }])
  expect(stand.thread().of('due')).toEqual([])
  seal(1)
  half.receive(due)
  await turn()
  expect(told).toHaveLength(1)
  expect(stand.thread().of('due')).toEqual([due])
  stand.thread().says(written(1))
  half.receive(due)
  await turn()
  expect(told.at(-1)).toEqual({ type: 'wanted', topic: 't', partition: 0 })
})

test('when the thread dies, all that it had settles in order and is released, and tells truly what may be in the log', async () => {
  const { seal, turn, settled, released, ...stand } = threadStand()
  for (const id of [1, 2, 3, 4]) seal(id, id % 2)
  await turn()
  stand.thread().says(written(1, 0, 1), written(1, 2, 1))
  for (const id of [1, 3]) stand.thread().marks.mark(id)
  stand.thread().dies()
  expect(settled()).toEqual([
    [1, 0, 1, 'yes'],
    [1, 2, 1, 'yes'],
    [1, 1, 1, 'possibly'],
    [2, 0, 3, 'no'],
    [3, 0, 3, 'possibly'],
    [4, 0, 3, 'no'],
  ])
  expect(released()).toEqual([1, 2, 3, 4])
  const failures = stand.told.flatMap((one) => (one.type === 'settled' ? (one.failure ?? []) : []))
  expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['SENDER_THREAD_DIED']))
  expect(failures[1]).toMatchObject({
    message: expect.stringContaining('was not sent: out of memory'),
    topic: 't',
    partition: 0,
  })
})

test('the mark of a batch is gone with it, so that it tells nothing of a later batch in its place', async () => {
  const { seal, turn, settled, ...stand } = threadStand()
  const places = 65_536
  seal(1)
  await turn()
  stand.thread().marks.mark(1)
  // In the same place while the first one is there: nobody could tell them apart.
  seal(1 + places)
  await turn()
  const buffer = new ArrayBuffer(64)
  stand.thread().says(written(1), { type: 'released', batch: 1, buffer })
  seal(1 + 2 * places)
  await turn()
  stand.thread().dies()
  expect(settled().slice(1)).toEqual([
    [1 + places, 0, 3, 'possibly'],
    [1 + 2 * places, 0, 3, 'no'],
  ])
})

test('what a lost thread says later is not heard', async () => {
  const { seal, turn, settled, told, ...stand } = threadStand()
  seal(1)
  await turn()
  const thread = stand.thread()
  thread.dies()
  const heard = told.length
  thread.says(written(1))
  thread.dies('again')
  expect(told).toHaveLength(heard)
  expect(settled()).toEqual([[1, 0, 3, 'no']])
  expect(thread.terminated).toBe(true)
})

test('another thread starts after a pause, hears what the front asked the first one for, and gets what was said meanwhile', async () => {
  const { half, seal, turn, threads, clock, onTold, ...stand } = threadStand()
  half.receive({ type: 'topic', topic: 't' })
  half.receive({ type: 'topic', topic: 'gone' })
  half.receive({ type: 'forgotten', topic: 'gone' })
  seal(1)
  const due = { type: 'due', topic: 't', partition: 0, patient: true } as const
  half.receive(due)
  await turn()
  // A caller sends again as soon as it hears of the failure.
  onTold((message) => {
    if (message.type === 'settled' && message.batch === 1) seal(2)
  })
  stand.thread().dies()
  await turn()
  expect(threads).toHaveLength(1)
  await clock.pass(120)
  await turn()
  expect(threads).toHaveLength(2)
  expect(
    stand
      .thread()
      .of('topic')
      .map(({ topic }) => topic),
  ).toEqual(['t'])
  expect(
    stand
      .thread()
      .of('sealed')
      .map(({ batch }) => batch.id),
  ).toEqual([2])
  expect(stand.settled()).toEqual([[1, 0, 3, 'no']])
})

test('a batch that is due, and was not sealed when the thread died, is due for the next one', async () => {
  const { half, seal, turn, clock, ...stand } = threadStand()
  half.receive({ type: 'topic', topic: 't' })
  seal(1)
  const due = { type: 'due', topic: 't', partition: 0, patient: false } as const
  half.receive(due)
  await turn()
  stand.thread().dies()
  await clock.pass(120)
  expect(stand.thread().of('due')).toEqual([due])
})

test('threads that die at their start follow each other ever more slowly, until one of them works', async () => {
  const { half, turn, threads, clock, ...stand } = threadStand()
  half.receive({ type: 'topic', topic: 't' })
  await turn()
  const startsAt: number[] = []
  for (let death = 0; death < 8; death++) {
    stand.thread().dies()
    const deadAt = clock.now()
    const before = threads.length
    while (threads.length === before) await clock.pass(10)
    startsAt.push(clock.now() - deadAt)
  }
  for (const [at, ms] of [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000].entries()) {
    expect(startsAt[at]).toBeGreaterThanOrEqual(ms * 0.8)
    expect(startsAt[at]).toBeLessThanOrEqual(ms * 1.2 + 10)
  }
  stand.thread().says({ type: 'metadata', topics: [], failure: null })
  stand.thread().dies()
  const { length } = threads
  await clock.pass(130)
  expect(threads).toHaveLength(length + 1)
})

test('a thread that cannot make its stages is lost, with the reason', async () => {
  const { half, turn, ...stand } = threadStand()
  const connected = half.connect()
  await turn()
  const failure = describeError(new KafkaError('INVALID_OPTION', 'compression cannot be made'))
  stand.thread().says({ type: 'unusable', failure })
  await expect(connected).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringContaining('compression cannot be made'),
  })
  expect(stand.thread().terminated).toBe(true)
})

test('a connect ends as the thread says, and when its signal aborts the thread hears of it', async () => {
  const { half, turn, ...stand } = threadStand()
  const connected = half.connect()
  await turn()
  stand.thread().answers('connect')
  await connected
  const failing = half.connect()
  await turn()
  const failure = new KafkaError('CONNECTION_FAILED', 'nobody', { cause: new Error('refused') })
  stand.thread().answers('connect', describeError(failure))
  await expect(failing).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    message: failure.message,
  })
  const controller = new AbortController()
  const aborted = half.connect({ signal: controller.signal })
  await turn()
  controller.abort('enough')
  await expect(aborted).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' })
  await turn()
  expect(stand.thread().of('cancel')).toHaveLength(1)
  await expect(half.connect({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  })
})

test('the thread calls functions of the program, and hears what they give and what they throw', async () => {
  const { half, turn, ...stand } = threadStand()
  half.receive({ type: 'topic', topic: 't' })
  await turn()
  stand.thread().says({ type: 'call', id: 7, name: 'double', argument: 21 })
  stand.thread().says({ type: 'call', id: 8, name: 'fail', argument: null })
  await turn()
  expect(stand.thread().of('answer')).toEqual([
    { type: 'answer', id: 7, value: 42, failure: null },
    {
      type: 'answer',
      id: 8,
      value: null,
      failure: { type: 'error', name: 'TypeError', message: 'no token', fields: {} },
    },
  ])
})

test('a close that no thread was needed for starts none, and ends at once', async () => {
  const { half, threads, turn } = threadStand()
  half.receive({ type: 'close' })
  await half.close()
  await turn()
  expect(threads).toHaveLength(0)
})

test('a close waits for the thread to disconnect, and then ends it', async () => {
  const { half, turn, ...stand } = threadStand()
  half.receive({ type: 'topic', topic: 't' })
  await turn()
  half.receive({ type: 'close' })
  const closed = half.close()
  await turn()
  expect(stand.thread().of('close')).toHaveLength(1)
  expect(stand.thread().terminated).toBe(false)
  stand.thread().answers('close')
  await closed
  expect(stand.thread().terminated).toBe(true)
})

test('a close during the pause after a death fails what waits for the next thread, and starts none', async () => {
  const { half, seal, turn, clock, threads, settled, ...stand } = threadStand()
  half.receive({ type: 'topic', topic: 't' })
  await turn()
  stand.thread().dies()
  seal(1)
  await turn()
  half.receive({ type: 'close' })
  await turn()
  expect(settled()).toEqual([[1, 0, 3, 'no']])
  expect(stand.released()).toEqual([1])
  await half.close()
  await clock.pass(10_000)
  expect(threads).toHaveLength(1)
})

test('a thread that does not end when it is told to is ended, and what it has fails', async () => {
  const { half, seal, turn, clock, settled, ...stand } = threadStand()
  seal(1)
  await turn()
  const connected = half.connect().catch((error: unknown) => error)
  await turn()
  half.receive({ type: 'close' })
  await turn()
  await clock.pass(500)
  expect(settled()).toEqual([[1, 0, 3, 'no']])
  expect(stand.told[0]).toMatchObject({ failure: { code: 'PRODUCER_CLOSED' } })
  expect(await connected).toMatchObject({ code: 'CONNECTION_CLOSED' })
  expect(stand.thread().terminated).toBe(true)
  await half.close()
})

test('a close does not wait for a thread that takes long to be gone', async () => {
  const { half, seal, turn, clock, ...stand } = threadStand()
  seal(1)
  await turn()
  stand.thread().gone = new Promise(() => {})
  const closed = half.close()
  await turn()
  await clock.pass(900)
  await closed
  expect(stand.thread().terminated).toBe(true)
})

test('a transactional producer whose thread dies can do nothing more', async () => {
  const { half, seal, turn, clock, threads, settled, ...stand } = threadStand({
    transactional: true,
  })
  const begun = half.transactions!.begin()
  await turn()
  stand.thread().answers('begin')
  await begun
  seal(1)
  await turn()
  const ended = half.transactions!.end(true)
  await turn()
  stand.thread().dies()
  await expect(ended).rejects.toMatchObject({
    code: 'PRODUCER_CLOSED',
    fatal: true,
    persisted: 'possibly',
  })
  seal(2)
  await turn()
  expect(settled()).toEqual([
    [1, 0, 3, 'no'],
    [2, 0, 3, 'no'],
  ])
  await expect(half.transactions!.end(false)).rejects.toMatchObject({ code: 'PRODUCER_CLOSED' })
  await clock.pass(10_000)
  expect(threads).toHaveLength(1)
  await half.close()
})
