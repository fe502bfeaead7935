import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/*
 * The table "who may import whom" of docs/architecture.md, tried in every direction: files with one
 * import a line are written into an empty folder, where a copy of .oxlintrc.json judges them.
 */

type May = 'code' | 'types' | 'nothing'

const root = fileURLToPath(new URL('../../', import.meta.url))
const packages = readdirSync(join(root, 'packages')).toSorted()
const stages = ['partitioner', 'accumulator', 'network', 'sender']

/** What each file may take from the other packages. A package that is not named gives nothing. */
const table: Record<string, Record<string, May>> = {
  'packages/protocol/src/file.ts': {},
  'packages/protocol/test/file.test.ts': {},
  ...Object.fromEntries(
    [...packages, 'a-later-package']
      .filter(
        (name) =>
          ![
            'protocol',
            'sender',
            'producer',
            'opentelemetry',
            'inspector',
            'kafkajs',
            'cli',
          ].includes(name),
      )
      .map((name) => [`packages/${name}/src/inner/file.ts`, { protocol: 'code' }]),
  ),
  'packages/sender/src/file.ts': { protocol: 'code', accumulator: 'types', network: 'types' },
  'packages/opentelemetry/src/file.ts': { protocol: 'code', producer: 'types' },
  'packages/inspector/src/inner/file.ts': { protocol: 'code', producer: 'types' },
  'packages/kafkajs/src/adapter/file.ts': {
    protocol: 'code',
    producer: 'code',
    ...each(stages, 'code'),
  },
  'packages/cli/src/inner/file.ts': {
    protocol: 'code',
    ...each(['producer', 'partitioner', 'network', 'codec-lz4', 'codec-snappy'], 'code'),
  },
  'packages/producer/src/index.ts': { protocol: 'code', ...each(stages, 'code') },
  'packages/producer/src/testing.ts': { protocol: 'code', ...each(stages, 'code') },
  'packages/producer/src/sending-half/thread/worker/file.ts': {
    protocol: 'code',
    ...each(stages, 'code'),
  },
  'packages/producer/src/sending-half/thread/file.ts': {
    protocol: 'code',
    ...each(stages, 'types'),
  },
  'packages/producer/src/compose.ts': { protocol: 'code', ...each(stages, 'types') },
  'packages/producer/src/inner/file.ts': { protocol: 'code', ...each(stages, 'types') },
  'packages/embedded-broker/test/file.broker.test.ts': { protocol: 'code' },
  'packages/network/test/file.broker.test.ts': each(packages, 'code'),
  'examples/demo/src/main.ts': each(packages, 'code'),
  'test/kafka/file.ts': each(packages, 'code'),
}

/** Paths that lead into another package, and some that only look like it. */
const paths: [file: string, specifier: string, may: May][] = [
  ['packages/partitioner/src/file.ts', '../../network/src/tcp.js', 'nothing'],
  ['packages/sender/src/inner/file.ts', '../../../network/src/index.js', 'nothing'],
  ['packages/producer/src/index.ts', '../../sender/dist/index.js', 'nothing'],
  ['packages/producer/src/compose.ts', '../../sender/src/index.js', 'nothing'],
  ['packages/protocol/src/file.ts', '../../network/src/index.js', 'nothing'],
  ['packages/sender/test/file.test.ts', '../../network/test/fake.js', 'nothing'],
  ['packages/embedded-broker/test/file.test.ts', '../../network/src/tcp.js', 'nothing'],
  ['packages/embedded-broker/test/file.test.ts', '@sluice/test-kafka', 'code'],
  ['packages/embedded-broker/src/file.ts', '@sluice/test-kafka', 'nothing'],
  ['examples/demo/src/file.ts', '../../../packages/network/src/tcp.js', 'nothing'],
  ['test/kafka/file.ts', '../../packages/protocol/dist/index.js', 'nothing'],
  ['tooling/file.ts', '../packages/protocol/src/index.js', 'nothing'],
  ['bench/file.ts', '../packages/protocol/src/index.js', 'nothing'],
  ['packages/sender/src/inner/file.ts', '../retry.js', 'code'],
  ['packages/sender/test/inner/file.test.ts', '../../src/retry.js', 'code'],
  ['packages/sender/test/file.test.ts', '../../../test/kafka/cluster.js', 'code'],
  ['packages/protocol/src/file.ts', 'node:zlib', 'code'],
]

/** The ways to take code, then the ways to take types alone; `n` keeps names apart in one file. */
const code = [
  (from: string, n: number) => `import { thing as a${n} } from '${from}'`,
  (from: string, n: number) => `import { type Thing as B${n}, thing as c${n} } from '${from}'`,
  (from: string, n: number) => `import * as d${n} from '${from}'`,
  (from: string) => `import '${from}'`,
  (from: string, n: number) => `export { thing as e${n} } from '${from}'`,
  (from: string, n: number) => `export const f${n} = import('${from}')`,
]
const types = [
  (from: string, n: number) => `import type { Thing as G${n} } from '${from}'`,
  (from: string, n: number) => `export type { Thing as H${n} } from '${from}'`,
]

interface Case {
  readonly file: string
  readonly specifier: string
  readonly may: May
}

const cases: Case[] = [
  ...Object.entries(table).flatMap(([file, mayOf]) =>
    packages
      .filter((name) => !file.startsWith(`packages/${name}/`))
      .map((name) => ({ file, specifier: `@sluice/${name}`, may: mayOf[name] ?? 'nothing' })),
  ),
  { file: 'packages/protocol/src/file.ts', specifier: '@sluice/test-kafka', may: 'nothing' },
  { file: 'packages/protocol/test/file.test.ts', specifier: '@sluice/test-kafka', may: 'code' },
  { file: 'packages/sender/src/file.ts', specifier: '@sluice/protocol/gzip', may: 'code' },
  { file: 'packages/network/src/file.ts', specifier: '@sluice/protocol/gzip', may: 'code' },
  {
    file: 'packages/network/src/file.ts',
    specifier: '@sluice/partitioner/testing',
    may: 'nothing',
  },
  { file: 'packages/sender/src/file.ts', specifier: '@sluice/partitioner/testing', may: 'nothing' },
  {
    file: 'packages/protocol/src/file.ts',
    specifier: '@sluice/partitioner/testing',
    may: 'nothing',
  },
  ...paths.map(([file, specifier, may]) => ({ file, specifier, may })),
]

let folder: string
let rejected: Set<string>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-import-rules-'))
  copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  const lines = new Map<string, string[]>()
  for (const { file, specifier } of cases) {
    const before = lines.get(file) ?? []
    lines.set(file, [
      ...before,
      ...[...code, ...types].map((write) => write(specifier, before.length)),
    ])
  }
  for (const [file, statements] of lines) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), statements.join('\n'))
  }
  rejected = await lint(lines)
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('who may import whom', () => {
  test.each(cases)('$file takes $may of $specifier', ({ file, specifier, may }) => {
    const passes = (write: (from: string, n: number) => string): boolean =>
      !rejected.has(`${file}: ${nameless(write(specifier, 0))}`)
    expect(code.map(passes), 'ways to take code').toEqual(code.map(() => may === 'code'))
    expect(types.map(passes), 'ways to take types').toEqual(types.map(() => may !== 'nothing'))
  })
})

function each(names: readonly string[], may: May): Record<string, May> {
  return Object.fromEntries(names.map((name) => [name, may]))
}

function nameless(statement: string): string {
  return statement.replace(/(\b[a-hA-H])\d+/g, '$1')
}

/** The statements that no-restricted-imports rejects, as `file: statement`. */
async function lint(lines: Map<string, string[]>): Promise<Set<string>> {
  const cli = join(root, 'node_modules/oxlint/bin/oxlint')
  const report = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [cli, '--format', 'json'],
      { cwd: folder, maxBuffer: 64 << 20 },
      (_error, stdout) => resolve(stdout),
    )
  })
  const { diagnostics } = JSON.parse(report) as {
    diagnostics: {
      code?: string
      filename: string
      message: string
      labels: { span: { line: number } }[]
    }[]
  }
  const found = new Set<string>()
  for (const { code: rule, filename, message, labels } of diagnostics) {
    if (rule === undefined) throw new Error(`${filename}: ${message}`)
    if (!rule.includes('no-restricted-imports')) continue
    const statement = lines.get(filename)?.[labels[0]!.span.line - 1]
    found.add(`${filename}: ${nameless(statement!)}`)
  }
  return found
}
