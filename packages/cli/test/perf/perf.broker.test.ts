import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedCluster, type EmbeddedCluster, produceError } from '@sluice/embedded-broker'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runCli } from '../../src/index.js'
import type { PerfFigures } from '../../src/perf/perf-figures.js'
import { runWith, testIo } from '../cli-run.js'

let cluster: EmbeddedCluster
const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ defaultPartitions: 2 })
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await cluster.close()
})

const argsFor = (topic: string, ...args: string[]) =>
  ['perf', '-b', cluster.bootstrapServers.join(','), '-t', topic, '--no-progress'].concat(args)
const figuresOf = (stdout: string) => JSON.parse(stdout) as PerfFigures

test('sends so many records of the size at the rate, and prints the figures as JSON', async () => {
  const sizes = ['--record-bytes', '50', '--keys', '3', '-z', 'gzip']
  const load = ['--records', '300', '--rate', '3000', '--warm-up-ms', '20', '--json']
  const { code, stdout, stderr } = await runWith(argsFor('rated', ...sizes, ...load))
  expect([code, stderr]).toEqual([
    0,
    'sluice: 300 records acknowledged, 0 failed, 0 possibly written\n',
  ])
  const figures = figuresOf(stdout)
  expect(figures).toMatchObject({ acknowledged: 300, warmUpRecords: 60, errors: {} })
  expect(figures.targetRecordsPerSecond).toBe(3000)
  const records = cluster.records('rated')
  expect(records).toHaveLength(360)
  expect(new Set(records.map(({ value }) => value?.length))).toEqual(new Set([50]))
  expect(new Set(records.map(({ key }) => String(key)))).toEqual(
    new Set(['key-0', 'key-1', 'key-2']),
  )
  const { p50, p99, max } = figures.latencyMs!
  expect(p50).toBeLessThanOrEqual(p99)
  expect(p99).toBeLessThanOrEqual(max)
  // 300 records at 3000 a second are due within 100 ms; the last one not before 99.67 ms.
  expect(figures.seconds).toBeGreaterThanOrEqual(0.0996)
})

test('sends as fast as it goes without a rate, and prints text for people', async () => {
  const { code, stdout } = await runWith(argsFor('flood', '--records', '5000', '--warm-up-ms', '0'))
  expect(code).toBe(0)
  expect(cluster.records('flood')).toHaveLength(5000)
  expect(stdout).toMatch(
    /^records\/s {2}[\d,]+\nMB\/s {7}[\d.]+\nlatency {4}p50 .* ms, average .* ms\nmeasured .*warm-up of 0 records\n$/,
  )
})

test('values may be the lines of a file', async () => {
  const file = join(folder, 'values')
  writeFileSync(file, 'one\ntwo\n\nthree')
  const from = ['--payload-file', file, '--records', '4', '--warm-up-ms', '0']
  expect((await runWith(argsFor('lines', ...from))).code).toBe(0)
  const values = cluster.records('lines').map(({ value }) => String(value))
  expect(values.sort()).toEqual(['one', 'one', 'three', 'two'])
})

test('a record that is refused is counted, told, and makes the exit code 1', async () => {
  cluster.createTopic('refused', { partitions: 1 })
  cluster.intercept('Produce', produceError('TOPIC_AUTHORIZATION_FAILED', { topic: 'refused' }), {
    times: 1,
  })
  const load = ['--records', '3', '--warm-up-ms', '0', '--json', '--on-failure', 'continue']
  const { code, stdout, stderr } = await runWith(argsFor('refused', ...load))
  expect(code).toBe(1)
  expect(stderr).toMatch(/TOPIC_AUTHORIZATION_FAILED/)
  const { acknowledged, failed, errors } = figuresOf(stdout)
  expect([acknowledged + failed, failed > 0]).toEqual([3, true])
  expect(errors).toEqual({ TOPIC_AUTHORIZATION_FAILED: failed })
})

test('Ctrl-C aborts the transaction that is open, whose records have failed', async () => {
  const { io, texts, signal } = testIo()
  const load = ['--rate', '1000', '--duration-ms', '3600000', '--warm-up-ms', '0', '--json']
  const transactions = ['--transactional-id', 'aborted', '--transaction-records', '1000000']
  const patient = ['--transaction-ms', '59000']
  const run = runCli(argsFor('aborted', ...load, ...transactions, ...patient), io)
  await vi.waitFor(() => expect(cluster.records('aborted').length).toBeGreaterThan(10), 30_000)
  signal('SIGINT')
  expect(await run).toBe(130)
  expect(figuresOf(texts.stdout)).toMatchObject({ acknowledged: 0, transactions: { lost: 1 } })
  expect(cluster.records('aborted', { isolation: 'read_committed' })).toEqual([])
})

test('Ctrl-C ends it with the figures up to then, and exit code 130', async () => {
  const { io, texts, signal } = testIo()
  const load = ['--rate', '1000', '--duration-ms', '3600000', '--warm-up-ms', '0', '--json']
  const run = runCli(argsFor('interrupted', ...load), io)
  await vi.waitFor(() => expect(cluster.records('interrupted').length).toBeGreaterThan(10), 30_000)
  signal('SIGINT')
  expect(await run).toBe(130)
  const { acknowledged } = figuresOf(texts.stdout)
  expect(cluster.records('interrupted')).toHaveLength(acknowledged)
})

test('while it runs, figures come as lines where nobody looks, and in place on a terminal', async () => {
  const load = ['--rate', '500', '--duration-ms', '400', '--warm-up-ms', '0', '--report-ms', '100']
  const args = argsFor('reported', ...load).filter((arg) => arg !== '--no-progress')
  const { stderr } = await runWith(args)
  expect(stderr).toMatch(
    /^sluice: measured: [\d,]+ records\/s; latency (?:p50 .*|not measured); \d+ on the way\n/,
  )
  let live = ''
  const stderrOfTerminal = { isTTY: true, write: (text: string) => (live += text) }
  await runWith(args, [], { stderr: stderrOfTerminal })
  expect(live).toContain('\r\u001B[2Kmeasured: ')
})

test('in transactions it commits so many records at a time, and tells what commits took', async () => {
  const load = ['--records', '250', '--rate', '5000', '--warm-up-ms', '0', '--json']
  const transactions = ['--transactional-id', 'load', '--transaction-records', '100']
  const patient = ['--transaction-ms', '59000']
  const args = argsFor('transacted', ...load, ...transactions, ...patient)
  const { code, stdout, stderr } = await runWith(args)
  expect([code, stderr]).toEqual([
    0,
    'sluice: 250 records committed, 0 failed, 0 possibly written\n',
  ])
  const figures = figuresOf(stdout)
  expect(figures).toMatchObject({ acknowledged: 250, transactions: { committed: 3, lost: 0 } })
  const { commitMs } = figures.transactions!
  expect(commitMs!.p50).toBeLessThanOrEqual(commitMs!.max)
  // The last record is due after 49.8 ms, and its commit comes after it.
  expect(figures.seconds * 1000).toBeGreaterThanOrEqual(49.8 + figures.latencyMs!.p50 / 1000)
  expect(cluster.records('transacted', { isolation: 'read_committed' })).toHaveLength(250)
})

test('in transactions a record that is refused is counted with its transaction, which is lost', async () => {
  cluster.createTopic('doomed', { partitions: 1 })
  cluster.intercept('Produce', produceError('TOPIC_AUTHORIZATION_FAILED', { topic: 'doomed' }), {
    times: 1,
  })
  const load = ['--records', '4', '--warm-up-ms', '0', '--on-failure', 'continue']
  const transactions = ['--transactional-id', 'doomed', '--transaction-records', '2']
  const { code, stdout, stderr } = await runWith(argsFor('doomed', ...load, ...transactions))
  expect([code, stdout]).toEqual([
    1,
    expect.stringMatching(/\ncommits {4}1 transaction, 1 not committed\ncommit {5}p50 /),
  ])
  expect(stderr).toMatch(
    /^sluice: 2 records: TOPIC_AUTHORIZATION_FAILED.*\nsluice: 2 records committed, 2 failed, 0 possibly written\n$/,
  )
  expect(cluster.records('doomed', { isolation: 'read_committed' })).toHaveLength(2)
})

test.each([
  [['perf', '-b', 'localhost:1'], 'no topic is named; give --topic, or SLUICE_TOPIC'],
  [
    ['perf', '-b', 'localhost:1', '-t', 'load', '--records', '1', '--duration-ms', '1'],
    '--records and --duration-ms are both given; give one of them',
  ],
  [
    ['perf', '-b', 'localhost:1', '-t', 'load', '--transaction-ms', '5'],
    '--transaction-ms needs --transactional-id, which names the sender',
  ],
  [
    ['perf', '-b', 'localhost:1', '-t', 'load', '--payload-file', '/none'],
    'cannot read the file /none of --payload-file; check its name and its rights',
  ],
])('%j is refused with exit code 2 and one line', async (args, message) => {
  expect(await runWith(args)).toEqual({ code: 2, stdout: '', stderr: `sluice: ${message}\n` })
})
