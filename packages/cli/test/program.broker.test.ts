import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { argumentsToRun } from '../../../test/program.js'

const program = fileURLToPath(new URL('../src/sluice.ts', import.meta.url))
let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ defaultPartitions: 1 })
})
afterAll(() => cluster.close())

async function start(
  topic: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  servers = cluster.bootstrapServers.join(','),
) {
  const node = await argumentsToRun(program)
  const to = ['produce', '-b', servers, '-t', topic]
  const child = spawn(process.execPath, [...node, ...to, ...args], {
    env: { ...process.env, ...env },
  })
  const texts = Promise.all([text(child.stdout), text(child.stderr)])
  const ended = once(child, 'close').then(async ([code]) => {
    const [stdout, stderr] = await texts
    return { code, stdout, stderr }
  })
  return { child, ended }
}

const valuesOf = (topic: string) => cluster.records(topic).map(({ value }) => String(value))

test('the program sends what is piped into it, and ends by itself', async () => {
  const { child, ended } = await start('piped')
  child.stdin.end('one\ntwo')
  expect(await ended).toEqual({
    code: 0,
    stdout: '',
    stderr: 'sluice: 2 records acknowledged, 0 failed, 0 possibly written\n',
  })
  expect(valuesOf('piped')).toEqual(['one', 'two'])
})

test('Ctrl-C ends it while its input stays open, with the counts and exit code 130', async () => {
  const { child, ended } = await start('interrupted')
  child.stdin.write('one\nhalf')
  await vi.waitFor(() => expect(valuesOf('interrupted')).toEqual(['one']), 30_000)
  child.kill('SIGINT')
  const { code, stderr } = await ended
  expect([code, stderr.split('\n').at(-2)]).toEqual([
    130,
    'sluice: 1 record acknowledged, 0 failed, 0 possibly written',
  ])
})

test('an output that nobody reads does not hide that the call was wrong', async () => {
  const child = spawn(process.execPath, await argumentsToRun(program))
  child.stdout.destroy()
  const [code] = await once(child, 'exit')
  expect(code).toBe(2)
})

const secret = `pa$$'"word`
const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileWith(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content, { mode: 0o600 })
  return path
}

/** The ways to give a password, none of which is an argument. */
const ways = [
  ['a variable', () => ({ args: [], env: { SLUICE_SASL_PASSWORD: secret } })],
  [
    'a file',
    () => ({ args: ['--sasl-password-file', fileWith('password', `${secret}\n`)], env: {} }),
  ],
  [
    'a configuration',
    () => ({ args: ['--config', fileWith('config', `sasl-password = ${secret}\n`)], env: {} }),
  ],
] as const

test.skipIf(process.platform !== 'linux').each(ways)(
  'a password that comes from %s is in no argument that ps shows, and in no text, however much is told',
  async (_, way) => {
    const { args, env } = way()
    // A broker that never answers, so that the process is there to be looked at. Whoever connects has read the password.
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const sasl = [
      '--sasl-mechanism',
      'plain',
      '--sasl-username',
      'u',
      '--allow-insecure-sasl',
      '-v',
    ]
    const connected = once(silent, 'connection') as Promise<[Socket]>
    const given = [...sasl, '--drain-ms', '0', ...args]
    const { child, ended } = await start('secret', given, env, `127.0.0.1:${port}`)
    const [socket] = await connected
    const listed = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(child.pid)]).toString()
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    socket.destroy()
    silent.close()
    expect([code, listed.includes('--sasl-mechanism plain')]).toEqual([130, true])
    expect(stderr).toContain('0 records acknowledged')
    expect(listed + stdout + stderr).not.toContain(secret)
  },
)
