import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

/*
 * Where a program with a sender's thread may run: each test is a process of its own.
 */

let cluster: EmbeddedCluster
beforeAll(async () => void (cluster = await createEmbeddedCluster()))
afterAll(() => cluster.close())

const source = ['--import', 'tsx', '--conditions=@sluice/source']

function commandOf(name: string, flags: readonly string[] = []): string[] {
  const file = fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
  return [...source, ...flags, file, cluster.bootstrapServers[0]!]
}

function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...process.env, SLUICE_SENDER_THREAD: '1', ...more }
}

/** What the program prints. */
async function printed(
  name: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  // Only what hangs comes to this end, however busy the machine is.
  const options = { env: environment(env), timeout: 50_000 }
  const { stdout } = await promisify(execFile)(process.execPath, commandOf(name, flags), options)
  return stdout
}

test.each([
  ['in the command', ['--title=named', '--max-old-space-size=500', '--expose-gc'], {}],
  ['in NODE_OPTIONS', [], { NODE_OPTIONS: '--title=named --max-http-header-size=20000' }],
] as const)(
  'a sender thread does not mind options of Node that a thread refuses, %s',
  async (_, flags, env) => {
    expect(await printed('one-send.ts', flags, env)).toMatch(/^offset \d+/)
  },
)

test('a producer inside a worker has a sender thread of its own', async () => {
  expect(await printed('send-in-worker.ts')).toMatch(/^offset \d+/)
})

test('modules that are loaded before the program do not run again on the sender thread', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-preloads-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const preload = new URL('../../fixtures/counted-preload.mjs', import.meta.url).href
  const runs = async (
    name: string,
    isThread: boolean,
    flags: string[],
    options: string,
  ): Promise<string> => {
    const SLUICE_PRELOADS = join(folder, name)
    const SLUICE_SENDER_THREAD = isThread ? '1' : '0'
    await printed('one-send.ts', flags, {
      SLUICE_PRELOADS,
      SLUICE_SENDER_THREAD,
      NODE_OPTIONS: options,
    })
    return readFileSync(SLUICE_PRELOADS, 'utf8')
  }
  const flag = `--import=${preload}`
  expect(await runs('a', true, [flag], '')).toBe(await runs('b', false, [flag], ''))
  expect(await runs('c', true, [], flag)).toBe(await runs('d', false, [], flag))
})

test('a process with a sender thread ends by SIGTERM as it does without one', async () => {
  const child = spawn(process.execPath, commandOf('endless-sends.ts'), { env: environment() })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect([code, signal]).toEqual([null, 'SIGTERM'])
})

test('a sender thread that runs into its limit of memory fails what it had, and the process lives and sends on', async () => {
  const flags = ['--max-old-space-size=150']
  const { failed, last } = JSON.parse(await printed('memory-of-thread.ts', flags)) as {
    failed: string[]
    last: string
  }
  expect(failed.length).toBeGreaterThan(0)
  for (const text of failed) expect(text).toMatch(/SENDER_THREAD_DIED .*memory/)
  expect(last).toBe('next')
})
