import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type DemoRun, runDemo } from './run-demo.js'

// Each run is a process that compiles the TypeScript it loads: slow where much else goes on.
vi.setConfig({ testTimeout: 60_000 })

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function fileOf(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** The value in the row of the table that begins with `name`. */
function cell({ stdout }: DemoRun, name: string): string | undefined {
  const row = stdout.split('\n').find((line) => line.startsWith(`${name}  `))
  return row?.slice(name.length).trim()
}

function expectVerified(run: DemoRun, records: string): void {
  expect(run.stderr).toBe('')
  expect(run.stdout).toContain('read back and verified')
  expect(cell(run, 'records')).toBe(records)
  expect(run.exitCode).toBe(0)
}

function expectComplaint(run: DemoRun, complaint: string | RegExp): void {
  expect(run.stderr).toMatch(complaint)
  expect(run.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(run.stdout).not.toContain('verified')
  expect(run.exitCode).toBe(1)
}

describe('what it produces', () => {
  test('the bundled orders, keyed by customer, over a connection for each broker', async () => {
    const run = await runDemo(['--count', '3000'])
    expectVerified(run, '3,000')
    expect(run.stdout).toContain('3000 bundled orders, keyed by customerId')
    expect(run.stdout).toContain('orders (partitions: 12)')
    expect(cell(run, 'connections')).toBe('3')
    expect(Number(cell(run, 'records per batch'))).toBeGreaterThan(1)
    expect(cell(run, 'p99 of acknowledgement')).toMatch(/^\d+(\.\d+)? ms$/)
  })

  test('the bundled orders with gzip, another key and another topic', async () => {
    const args = [
      '--count',
      '500',
      '--compression',
      'gzip',
      '--key',
      'orderId',
      '--topic',
      'a.b-c_1',
    ]
    const run = await runDemo(args)
    expectVerified(run, '500')
    expect(run.stdout).toContain('into a.b-c_1 ')
  })

  test('every line of a file, repeated, empty and not UTF-8 ones included', async () => {
    const bytes = Buffer.concat([Buffer.from('one\none\r\n\nzwölf\n'), Buffer.of(0xff, 0x00, 0x80)])
    const run = await runDemo(['--file', await fileOf('lines.txt', bytes)])
    expectVerified(run, '5')
    expect(run.stdout).toContain('without a key')
  })

  test('every line of stdin, keyed by a field', async () => {
    const events = Array.from({ length: 400 }, (_, index) =>
      JSON.stringify({ user: index % 7, index }),
    )
    const run = await runDemo(['--key', 'user'], { stdin: `\u{feff}${events.join('\n')}\n` })
    expectVerified(run, '400')
    expect(run.stdout).toContain('lines of stdin, keyed by user')
  })

  test('the bundled orders where stdin is a pipe that stays silent or is empty', async () => {
    const runs = await Promise.all([runDemo([], { silentStdin: true }), runDemo([], { stdin: '' })])
    for (const run of runs) expectVerified(run, '20,000')
  })

  test('into a cluster that is there already, in a topic of its own', async () => {
    await using cluster = await createEmbeddedCluster({ brokers: 2, defaultPartitions: 4 })
    const run = await runDemo(['--bootstrap', cluster.bootstrapServers.join(','), '--count', '200'])
    expectVerified(run, '200')
    expect(run.stdout).toMatch(/into orders-[0-9a-f]{8} \(partitions: 4\)/)
  })

  test('into a topic with records in it, of which it reads only its own', async () => {
    await using cluster = await createEmbeddedCluster({ topics: { shared: { partitions: 3 } } })
    const args = [
      '--bootstrap',
      cluster.bootstrapServers[0]!,
      '--topic',
      'shared',
      '--count',
      '300',
    ]
    expectVerified(await runDemo(args), '300')
    expectVerified(await runDemo(args), '300')
    expect(cluster.records('shared')).toHaveLength(600)
  })
})

describe('one line and exit code 1 for', () => {
  test.each([
    ['no such file', ['--file', join(tmpdir(), 'sluice-demo-no-such-file')], /no such file/],
    ['a folder', ['--file', tmpdir()], /is a directory/],
    ['an empty topic name', ['--topic', ''], /--topic is empty/],
    ['an illegal topic name', ['--topic', 'a b'], /"a b" is not a legal topic name/],
    ['an unknown option', ['--bogus'], /Unknown option '--bogus'/],
    ['empty input', ['--file', '-'], /input is empty/],
    ['a host without an address', ['--bootstrap', 'nonexistent.invalid'], /nonexistent\.invalid/],
    ['an address that is none', ['--bootstrap', 'http://kafka:9092'], /without a protocol/],
  ])('%s', async (_, args, complaint) => {
    expectComplaint(await runDemo(args), complaint)
  })

  test('a broker that refuses', async () => {
    const server = createServer()
    const port = await listen(server)
    server.close()
    expectComplaint(await runDemo(['--bootstrap', `127.0.0.1:${port}`]), /ECONNREFUSED/)
  })

  test('a port that answers HTTP', async () => {
    const server = createHttpServer((_, response) => response.end('hello'))
    const port = await listen(server)
    expectComplaint(await runDemo(['--bootstrap', `127.0.0.1:${port}`]), /answered HTTP/)
    server.close()
  })

  test.each([
    ['is no JSON', 'secret', /^line 2 is no JSON/],
    ['has no such field', '{"other":"secret"}', /^line 2 has no field "id"/],
  ])('a line that %s, without its contents', async (_, line, complaint) => {
    const run = await runDemo(['--key', 'id'], { stdin: `{"id":1}\n${line}\n` })
    expectComplaint(run, complaint)
    expect(run.stderr).not.toContain('secret')
  })

  test('a record that is too large', async () => {
    const file = await fileOf('large.txt', `small\n${'x'.repeat(2_000_000)}\n`)
    expectComplaint(await runDemo(['--file', file]), /^line 2: RECORD_TOO_LARGE/)
  })
})

test('--help lists every option', async () => {
  const { exitCode, stdout } = await runDemo(['--help'])
  for (const option of ['file', 'key', 'topic', 'count', 'compression', 'bootstrap']) {
    expect(stdout).toContain(`--${option} <`)
  }
  expect(exitCode).toBe(0)
})

test('Ctrl-C ends it in good order', async () => {
  const run = await runDemo(['--count', '100000'], { signal: 'SIGINT' })
  expect(run.stderr).toBe('interrupted\n')
  expect(run.exitCode).toBe(130)
})
