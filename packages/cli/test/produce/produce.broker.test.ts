import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { createEmbeddedCluster, type EmbeddedCluster, produceError } from '@sluice/embedded-broker'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../../../test/eventually.js'
import { runCli } from '../../src/index.js'
import { runWith, testIo } from '../cli-run.js'

let cluster: EmbeddedCluster
let topics = 0

beforeAll(async () => {
  cluster = await createEmbeddedCluster({
    brokers: 2,
    defaultPartitions: 1,
    maxMessageBytes: 4_000_000,
  })
})
afterAll(() => cluster.close())

const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

function command(): { topic: string; args: string[] } {
  const topic = `cli-${topics++}`
  return { topic, args: ['produce', '-b', cluster.bootstrapServers.join(','), '-t', topic] }
}

const valuesOf = (topic: string) =>
  cluster.records(topic).map(({ value }) => value?.toString('latin1'))

describe('sluice produce', () => {
  test('sends lines with keys and headers, the last one without its newline, and counts them', async () => {
    const { topic, args } = command()
    const run = await runWith(
      [...args, '-K', '::', '-H', 'a=1', '-H', 'a=2', '-Z'],
      ['k1::v', '1\nk2::\nk', '3::v3'],
    )
    expect(run).toEqual({
      code: 0,
      stdout: '',
      stderr: 'sluice: 3 records acknowledged, 0 failed, 0 possibly written\n',
    })
    const records = cluster
      .records(topic)
      .map(({ key, value, headers }) => [String(key), value && String(value), headers.map(String)])
    expect(records).toEqual([
      ['k1', 'v1', ['a,1', 'a,2']],
      ['k2', null, ['a,1', 'a,2']],
      ['k3', 'v3', ['a,1', 'a,2']],
    ])
  })

  test('sends lines of JSON with keys of a field, leaves out a wrong one where that is asked for', async () => {
    const { topic, args } = command()
    const run = await runWith(
      [...args, '-f', 'json', '--key-field', 'order.id', '--on-bad-line', 'skip'],
      ['\uFEFF{"order":{"id":17}}\n{"order":\n', '{"order":{"id":"b"},"x":[1]}\n'],
    )
    expect(run).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'sluice: stdin:2 is not JSON, or has a name twice: left out',
        'sluice: 2 records acknowledged, 0 failed, 0 possibly written, 1 left out',
        '',
      ].join('\n'),
    })
    expect(cluster.records(topic).map(({ key, value }) => [String(key), String(value)])).toEqual([
      ['17', '{"order":{"id":17}}'],
      ['b', '{"order":{"id":"b"},"x":[1]}'],
    ])
  })

  test('sends the rows of several CSV files, each with its own header', async () => {
    const { topic, args } = command()
    const files = [join(folder, 'a.csv'), join(folder, 'b.csv')]
    writeFileSync(files[0]!, 'id,note\r\n1,"two\nlines"\r\n')
    writeFileSync(files[1]!, 'note,id\n,2\n')
    const { code } = await runWith([...args, '-f', 'csv', '--key-field', 'id', ...files])
    expect(code).toBe(0)
    expect(cluster.records(topic).map(({ key, value }) => [String(key), String(value)])).toEqual([
      ['1', '{"id":"1","note":"two\\nlines"}'],
      ['2', '{"note":"","id":"2"}'],
    ])
  })

  test('sends nothing of a CSV file whose header lacks the column of the keys', async () => {
    const { topic, args } = command()
    const { code, stderr } = await runWith(
      [...args, '-f', 'csv', '--key-field', 'key'],
      ['id,note\n1,a\n'],
    )
    expect([code, stderr, cluster.records(topic)]).toEqual([
      1,
      'sluice: the header of the CSV has no column "key"; name one that it has\nsluice: 0 records acknowledged, 0 failed, 0 possibly written\n',
      [],
    ])
  })

  test('sends the whole input as one record with every byte, compressed', async () => {
    const { topic, args } = command()
    const bytes = Buffer.alloc(512_000, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))
    const { code } = await runWith(
      [...args, '-f', 'whole', '-k', 'all', '-z', 'gzip'],
      [bytes.subarray(0, 7), bytes.subarray(7)],
    )
    const [record] = cluster.records(topic)
    expect([code, String(record?.key), record?.value?.equals(bytes)]).toEqual([0, 'all', true])
  })

  test('sends each line as it comes, while the input stays open', async () => {
    const { topic, args } = command()
    const typed = new PassThrough()
    const run = runWith(args, typed)
    for (const line of ['one', 'two']) {
      typed.write(`${line}\n`)
      await vi.waitFor(() => expect(valuesOf(topic)).toContain(line), 20_000)
    }
    typed.end()
    expect((await run).code).toBe(0)
  })

  test('takes no more than the brokers do: 40 MB pass through a buffer of 1 MB', async () => {
    const { topic, args } = command()
    const line = Buffer.from(`${'x'.repeat(99_999)}\n`)
    function* lines() {
      for (let n = 0; n < 400; n++) yield line
    }
    const { code, stderr } = await runWith([...args, '--buffer-bytes', '1000000'], lines())
    expect([code, stderr]).toEqual([
      0,
      'sluice: 400 records acknowledged, 0 failed, 0 possibly written\n',
    ])
    expect(cluster.records(topic)).toHaveLength(400)
  })

  test('stops at a wrong line, whose place it tells, and has sent what stood before', async () => {
    const { topic, args } = command()
    const run = await runWith([...args, '-K', ':'], ['a:1\nb2\nc:3\n'])
    expect(run.code).toBe(1)
    expect(run.stderr).toBe(
      'sluice: stdin:2 has no delimiter behind its key (--key-delimiter); with --key-optional it is sent without a key\n' +
        'sluice: 1 record acknowledged, 0 failed, 0 possibly written\n',
    )
    expect(valuesOf(topic)).toEqual(['1'])
  })

  test('leaves a wrong line out where that is asked for, counts it, and ends with 1', async () => {
    const { topic, args } = command()
    const long = 'x'.repeat(3000)
    const run = await runWith(
      [...args, '-K', ':', '--on-bad-line', 'skip', '--max-request-bytes', '2000'],
      [`a:1\nb2\n${long}\nc:3\n`],
    )
    expect(run.code).toBe(1)
    expect(run.stderr).toContain(
      'stdin:3 has 3,000 bytes, more than a record may have; raise --max-request-bytes',
    )
    expect(run.stderr).toContain(
      'sluice: 2 records acknowledged, 0 failed, 0 possibly written, 2 left out\n',
    )
    expect(valuesOf(topic)).toEqual(['1', '3'])
  })

  test('counts what was refused and what may be written apart, and ends with 1', async () => {
    const { topic, args } = command()
    cluster.createTopic(topic, { partitions: 1 })
    cluster.intercept('Produce', produceError('TOPIC_AUTHORIZATION_FAILED', { topic }), {
      times: 1,
    })
    const run = await runWith(args, ['a\nb\n'])
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(
      /sluice: 2 records, the first is record 1: TOPIC_AUTHORIZATION_FAILED.*\n.*0 records acknowledged, 2 failed, 0 possibly written\n$/,
    )
  })

  test('tells a broker that cannot be reached, and the counts all the same', async () => {
    const run = await runWith(['produce', '-b', 'localhost:1', '-t', 'orders'], ['a\n'])
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(
      /CONNECTION_FAILED.*\nsluice: 0 records acknowledged, 0 failed, 0 possibly written\n$/,
    )
  })

  test('tells of a topic that the cluster lacks while its records wait for it', async () => {
    await using without = await createEmbeddedCluster({ autoCreateTopics: false })
    const { io, texts, signal } = testIo(new PassThrough(), {
      // Of the three seconds only their order counts.
      setTimeout: (run, ms) => setTimeout(run, ms === 3_000 ? 0 : ms),
    })
    const run = runCli(['produce', '-b', without.bootstrapServers.join(','), '-t', 'none'], io)
    await eventually(() => expect(texts.stderr).toContain('no partitions of topic none so far'))
    signal('SIGINT')
    expect(await run).toBe(130)
  })

  test('tells an input that cannot be read to its end, and what had arrived before', async () => {
    const { topic, args } = command()
    const broken = new PassThrough()
    const run = runWith(args, broken)
    broken.write('a\nb')
    await vi.waitFor(() => expect(valuesOf(topic)).toEqual(['a']), 20_000)
    broken.destroy(Object.assign(new Error('read EIO'), { code: 'EIO', syscall: 'read' }))
    expect(await run).toMatchObject({
      code: 1,
      stderr:
        'sluice: stdin cannot be read: EIO\nsluice: 1 record acknowledged, 0 failed, 0 possibly written\n',
    })
  })
})

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('after %s', (name, exitCode) => {
  /** The broker writes what it is sent, and does not say so. @returns ends this */
  const writeWithoutAnswers = (): (() => void) =>
    cluster.intercept('Produce', async (call) => {
      await call.serve()
      return call.hang()
    })

  test('it reads no further, sends no half line, waits for what was sent, and tells the counts', async () => {
    const { topic, args } = command()
    const typed = new PassThrough()
    const { io, texts, signal } = testIo(typed)
    const run = runCli(args, io)
    typed.write('one\nhalf')
    await vi.waitFor(() => expect(valuesOf(topic)).toEqual(['one']), 20_000)
    signal(name)
    expect(await run).toBe(exitCode)
    expect(texts.stderr).toBe(
      `sluice: ${name}: waits up to 5000 ms for what was sent\nsluice: 1 record acknowledged, 0 failed, 0 possibly written\n`,
    )
    expect(valuesOf(topic)).toEqual(['one'])
  })

  test('a second one ends at once, and what was sent without an answer is possibly written', async () => {
    const { topic, args } = command()
    const typed = new PassThrough()
    const { io, texts, signal } = testIo(typed)
    const letAnswer = writeWithoutAnswers()
    // The first signal alone would wait for an hour.
    const run = runCli([...args, '--drain-ms', '3600000'], io)
    typed.write('one\n')
    await vi.waitFor(() => expect(valuesOf(topic)).toEqual(['one']), 20_000)
    signal(name)
    signal(name)
    expect(await run).toBe(exitCode)
    expect(texts.stderr.split('\n').slice(1)).toEqual([
      `sluice: record 1: not waited for, since ${name} came twice; look into the topic before you send again what is possibly written, and send ${name} once to wait up to 3600000 ms (--drain-ms)`,
      'sluice: 0 records acknowledged, 0 failed, 1 possibly written',
      '',
    ])
    letAnswer()
  })

  test('what has not answered after --drain-ms is possibly written, without a second one', async () => {
    const { topic, args } = command()
    const typed = new PassThrough()
    const { io, texts, signal } = testIo(typed)
    const letAnswer = writeWithoutAnswers()
    const run = runCli([...args, '--drain-ms', '20'], io)
    typed.write('one\n')
    await vi.waitFor(() => expect(valuesOf(topic)).toEqual(['one']), 20_000)
    signal(name)
    expect(await run).toBe(exitCode)
    expect(texts.stderr.split('\n').slice(1)).toEqual([
      `sluice: record 1: not waited for any longer, 20 ms after ${name}; look into the topic before you send again what is possibly written, and raise --drain-ms to wait longer`,
      'sluice: 0 records acknowledged, 0 failed, 1 possibly written',
      '',
    ])
    letAnswer()
  })
})
