import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import type { Option } from 'commander'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collected } from '../../src/command-line/values.js'
import { program } from '../../src/program.js'
import { type CliRun, runWith, testIo } from '../cli-run.js'

let cluster: EmbeddedCluster
const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
mkdirSync(join(folder, 'folder'))
writeFileSync(join(folder, 'empty'), '')

beforeAll(async () => {
  cluster = await createEmbeddedCluster({
    autoCreateTopics: false,
    topics: { orders: { partitions: 1 } },
  })
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await cluster.close()
})

/** A right call of each command, but for the cluster, which no wrong call may ask for. */
const calls: Readonly<Record<string, readonly string[]>> = {
  produce: ['produce', '-b', 'localhost:1', '-t', 'orders'],
  perf: ['perf', '-b', 'localhost:1', '-t', 'orders', '--records', '1'],
  ping: ['ping', '-b', 'localhost:1'],
  partition: ['partition', '-n', '3', 'key'],
}
/** A right call that needs the cluster, so that it reads every file that it is given. */
const connecting = (command: string): readonly string[] =>
  command === 'partition' ? ['partition', '-b', 'localhost:1', '-t', 'a', 'key'] : calls[command]!
const options = program(testIo().io, () => {}).commands.flatMap((command) =>
  command.options.map((option) => ({ command: command.name(), long: option.long!, option })),
)
const taking = options.filter(({ option }) => option.required)
const named = (holds: (option: Option) => boolean) =>
  taking.filter(({ option }) => holds(option)).map(({ command, long }) => [command, long] as const)

function isOneLine({ code, stdout, stderr }: CliRun) {
  return { code, stdout, lines: stderr.split('\n').length - 1, isTold: /^sluice: \S/.test(stderr) }
}
const refused = { code: 2, stdout: '', lines: 1, isTold: true }

test.each(named(() => true))('%s %s without its value is one line', async (command, long) => {
  expect(isOneLine(await runWith([...calls[command]!, long]))).toEqual(refused)
})

test.each(named(({ parseArg }) => parseArg !== collected))(
  '%s %s that stands twice is one line, which does not choose between the values',
  async (command, long) => {
    const right = command === 'partition' ? ['partition', 'key'] : [command]
    const { option } = taking.find((one) => one.command === command && one.long === long)!
    const value = option.argChoices?.[0] ?? '3000'
    const run = await runWith([...right, long, value, long, value])
    expect(run).toEqual({
      code: 2,
      stdout: '',
      stderr: `sluice: ${long} is given twice; give it once\n`,
    })
  },
)

test.each(named(({ flags }) => /<(ms|n|what|codec|who)>/.test(flags)))(
  '%s %s with another type of value is one line, however long the value is',
  async (command, long) => {
    for (const value of ['', 'abc', '-1', '1e999', '1\n2', '\u001B[2J', 'x'.repeat(100_000)]) {
      const run = await runWith([...calls[command]!, `${long}=${value}`])
      expect([value.slice(0, 9), isOneLine(run)]).toEqual([value.slice(0, 9), refused])
      expect(run.stderr.length).toBeLessThan(1_100)
      expect(run.stderr).not.toContain('\u001B')
    }
  },
)

test.each(named(({ flags }) => flags.includes('<file>')))(
  '%s %s that is no file is one line',
  async (command, long) => {
    for (const path of ['none', 'folder', 'a\0b', 'two\nlines', 'x'.repeat(5_000)]) {
      const run = await runWith([...connecting(command), long, join(folder, path)])
      expect([path.slice(0, 9), isOneLine(run)]).toEqual([path.slice(0, 9), refused])
    }
  },
)

test.each(named(({ flags }) => /-file <file>/.test(flags)))(
  '%s %s that is empty is one line',
  async (command, long) => {
    const run = await runWith([...connecting(command), long, join(folder, 'empty')])
    expect(isOneLine(run)).toEqual(refused)
    expect(run.stderr).toContain(long)
  },
)

describe('what only the cluster can tell is one line before the counts, and exit code 1', () => {
  const counts = /^sluice: 0 records acknowledged, \d failed, 0 possibly written$/
  const servers = () => cluster.bootstrapServers.join(',')
  const tls = ['--tls']
  const sasl = ['--sasl-mechanism', 'plain', '--sasl-username', 'u', '--allow-insecure-sasl']

  test.each<[string, () => string[], RegExp]>([
    [
      'nobody listens',
      () => ['-b', 'localhost:1', '-t', 'orders'],
      /CONNECTION_FAILED: .*localhost:1/,
    ],
    ['no such host', () => ['-b', 'a.invalid', '-t', 'orders'], /CONNECTION_FAILED: .*a\.invalid/],
    ['a port without TLS', () => ['-b', servers(), '-t', 'orders', ...tls], /TLS/],
    ['a port without SASL', () => ['-b', servers(), '-t', 'orders', ...sasl], /Sasl/],
    [
      'no such topic',
      () => ['-b', servers(), '-t', 'none', '--max-block-ms', '200'],
      /no topic none; create it|METADATA_TIMEOUT/,
    ],
    [
      'a topic of 250 characters',
      () => ['-b', servers(), '-t', 'x'.repeat(250)],
      /INVALID_TOPIC_EXCEPTION/,
    ],
    ['a topic with a space', () => ['-b', servers(), '-t', 'a b'], /INVALID_TOPIC_EXCEPTION/],
    [
      'a partition that is not there',
      () => ['-b', servers(), '-t', 'orders', '-p', '99'],
      /INVALID_PARTITION/,
    ],
  ])('%s', async (_, args, told) => {
    const env = { SLUICE_SASL_PASSWORD: 'pa$$word' }
    const { code, stdout, stderr } = await runWith(['produce', ...args()], ['a\n'], { env })
    const lines = stderr.split('\n')
    expect([code, stdout, lines.length]).toEqual([1, '', 3])
    expect(lines[0]).toMatch(told)
    expect(lines[0]).not.toContain('pa$$word')
    expect(lines[1]).toMatch(counts)
  })
})
