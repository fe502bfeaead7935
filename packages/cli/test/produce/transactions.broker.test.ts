import { PassThrough } from 'node:stream'
import { createEmbeddedCluster, type EmbeddedCluster, produceError } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import { createMockProducer } from '@sluice/producer/testing'
import { KafkaError } from '@sluice/protocol'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runCli } from '../../src/index.js'
import { runWith, testIo } from '../cli-run.js'

let cluster: EmbeddedCluster
let topics = 0

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ brokers: 2, defaultPartitions: 1 })
})
afterAll(() => cluster.close())

function command(...more: string[]): { topic: string; args: string[] } {
  const topic = `tx-${topics++}`
  const to = ['produce', '-b', cluster.bootstrapServers.join(','), '-t', topic]
  return { topic, args: [...to, '--transactional-id', topic, ...more] }
}

const committed = (topic: string) =>
  cluster.records(topic, { isolation: 'read_committed' }).map(({ value }) => String(value))
const written = (topic: string) => cluster.records(topic).map(({ value }) => String(value))
/** No time passes: transactions end by their number of records alone. */
const patient = ['--transaction-ms', '59000']

describe('with a transactional id', () => {
  test('records are committed, so many at a time, the last ones with the end of the input', async () => {
    const producer = createMockProducer({ transactionalId: 'cli' })
    const args = ['produce', '-b', 'localhost:1', '-t', 'orders', '--transactional-id', 'cli']
    const batches = ['--transaction-records', '2', ...patient]
    const run = await runWith([...args, ...batches], ['a\nb\nc\nd\ne\n'], {
      createProducer: () => producer,
    })
    expect(run).toEqual({
      code: 0,
      stdout: '',
      stderr: 'sluice: 5 records committed, 0 failed, 0 possibly written\n',
    })
    const told = producer.transactions.map(({ records, state }) => [
      Buffer.concat(records.map(({ value }) => Buffer.from(value!))).toString(),
      state,
    ])
    expect(told).toEqual([
      ['ab', 'committed'],
      ['cd', 'committed'],
      ['e', 'committed'],
    ])
  })

  test('consumers of committed records read all of a large input in its order', async () => {
    const { topic, args } = command('--transaction-records', '300')
    const lines = Array.from({ length: 1000 }, (_, number) => `line ${number}`)
    expect((await runWith(args, [lines.join('\n')])).code).toBe(0)
    expect(committed(topic)).toEqual(lines)
  })

  test('an input that pauses is committed after a while', async () => {
    const { topic, args } = command('--transaction-ms', '50')
    const typed = new PassThrough()
    const run = runWith(args, typed)
    for (const line of ['one', 'two']) {
      typed.write(`${line}\n`)
      await vi.waitFor(() => expect(committed(topic)).toContain(line), 30_000)
    }
    typed.end()
    expect((await run).code).toBe(0)
    expect(committed(topic)).toEqual(['one', 'two'])
  })

  test('Ctrl-C aborts what is open, and counts it as failed', async () => {
    const { topic, args } = command('--transaction-records', '2', ...patient)
    const typed = new PassThrough()
    const { io, texts, signal } = testIo(typed)
    const run = runCli(args, io)
    typed.write('a\nb\nc\n')
    await vi.waitFor(() => expect(written(topic)).toEqual(['a', 'b', 'c']), 30_000)
    signal('SIGINT')
    expect(await run).toBe(130)
    expect(texts.stderr.split('\n').slice(1)).toEqual([
      'sluice: record 3: ABORTED: the transaction was open when the command was ended; it is not committed',
      'sluice: 2 records committed, 1 failed, 0 possibly written',
      '',
    ])
    expect(committed(topic)).toEqual(['a', 'b'])
    expect(cluster.transaction(topic)?.state).not.toBe('Ongoing')
  })

  test('while it runs, what is not committed yet is in the open transaction', async () => {
    const { topic, args } = command('--transaction-records', '2', ...patient)
    const typed = new PassThrough()
    let shown = ''
    const stderr = { isTTY: true, write: (text: string) => (shown += text) }
    const run = runWith(args, typed, { stderr })
    typed.write('a\nb\nc\n')
    await vi.waitFor(() => expect(written(topic)).toEqual(['a', 'b', 'c']), 30_000)
    await vi.waitFor(
      () => expect(shown).toMatch(/2 committed \(\d+\/s\), 1 in the open transaction/),
      30_000,
    )
    expect(shown).not.toContain('acknowledged')
    typed.end()
    expect((await run).code).toBe(0)
  })

  test('a record that is refused dooms its transaction, which is aborted, and makes the exit code 1', async () => {
    const { topic, args } = command('--transaction-records', '2', ...patient)
    cluster.createTopic(topic, { partitions: 1 })
    const refusal = produceError('TOPIC_AUTHORIZATION_FAILED', { topic })
    cluster.intercept('Produce', refusal, { times: 1 })
    const { code, stderr } = await runWith([...args, '--on-failure', 'continue'], ['a\nb\nc\nd\n'])
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^sluice: 2 records, the first is record 1: TOPIC_AUTHORIZATION_FAILED: .*\nsluice: 2 records committed, 2 failed, 0 possibly written\n$/,
    )
    expect(committed(topic)).toEqual(['c', 'd'])
  })

  test('without --on-failure continue nothing is sent after a transaction that has failed', async () => {
    const { topic, args } = command('--transaction-records', '2', ...patient)
    cluster.createTopic(topic, { partitions: 1 })
    const refusal = produceError('TOPIC_AUTHORIZATION_FAILED', { topic })
    cluster.intercept('Produce', refusal, { times: 1 })
    const { code, stderr } = await runWith(args, ['a\nb\nc\nd\n'])
    expect([code, stderr.split('\n').at(-2)]).toEqual([
      1,
      'sluice: 0 records committed, 2 failed, 0 possibly written',
    ])
    expect(committed(topic)).toEqual([])
  })

  test('what stands before a wrong line is committed', async () => {
    const { topic, args } = command('-K', ':', ...patient)
    const { code, stderr } = await runWith(args, ['a:1\nb2\nc:3\n'])
    expect([code, stderr.split('\n').at(-2)]).toEqual([
      1,
      'sluice: 1 record committed, 0 failed, 0 possibly written',
    ])
    expect(committed(topic)).toEqual(['1'])
  })

  test('it ends where another producer has taken the id, whatever --on-failure says', async () => {
    const { topic, args } = command('--transaction-records', '1', '--on-failure', 'continue')
    const typed = new PassThrough()
    const run = runWith(args, typed)
    typed.write('a\n')
    await vi.waitFor(() => expect(committed(topic)).toEqual(['a']), 30_000)
    const bootstrapServers = cluster.bootstrapServers
    const other = createProducer({ bootstrapServers, transactionalId: topic })
    await other.connect()
    typed.write('b\n')
    const { code, stderr } = await run
    expect(code).toBe(1)
    expect(stderr).toMatch(/\nsluice: 1 record committed, 1 failed, 0 possibly written\n$/)
    await other.close()
  })
})

describe('where the outcome of a commit is not known', () => {
  const args = ['produce', '-b', 'localhost:1', '-t', 'orders', '--transactional-id', 'cli']
  const unknown = () =>
    new KafkaError('TRANSACTION_TIMEOUT', 'no coordinator', { persisted: 'possibly' })

  test('it is asked for again, and the records count once it is', async () => {
    const producer = createMockProducer({ transactionalId: 'cli' })
    producer.failCommit(unknown())
    const { code, stderr } = await runWith([...args, ...patient], ['a\n'], {
      createProducer: () => producer,
    })
    expect([code, stderr]).toEqual([
      0,
      'sluice: 1 record committed, 0 failed, 0 possibly written\n',
    ])
  })

  test('after the time of a delivery its records are possibly written, and the exit code is 1', async () => {
    const producer = createMockProducer({ transactionalId: 'cli' })
    const begin = producer.beginTransaction.bind(producer)
    producer.beginTransaction = async () => {
      const transaction = await begin()
      const notKnown = new KafkaError('ILLEGAL_STATE', 'the outcome is not known')
      transaction.commit = () => Promise.reject(unknown())
      transaction.abort = () => Promise.reject(notKnown)
      return transaction
    }
    const short = ['--delivery-timeout-ms', '1']
    const { code, stderr } = await runWith([...args, ...patient, ...short], ['a\nb\n'], {
      createProducer: () => producer,
    })
    expect([code, stderr.split('\n').at(-2)]).toEqual([
      1,
      'sluice: 0 records committed, 0 failed, 2 possibly written',
    ])
  })
})

test.each([
  [
    ['--transaction-records', '5'],
    '--transaction-records needs --transactional-id, which names the sender',
  ],
  [
    ['--transactional-id', 'a', '--transaction-ms', '60000'],
    '--transaction-ms (60000) is not below --transaction-timeout-ms (60000): the cluster would abort each transaction; lower the first or raise the second',
  ],
  [
    ['--transactional-id', 'a', '--acks', '1'],
    '--acks 1 is given with --transactional-id, which needs all; leave --acks out',
  ],
])('%j is refused with exit code 2 and one line', async (args, message) => {
  const run = await runWith(['produce', '-b', 'localhost:1', '-t', 'orders', ...args])
  expect(run).toEqual({ code: 2, stdout: '', stderr: `sluice: ${message}\n` })
})
