import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
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

async function start(topic: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const node = await argumentsToRun(program)
  const to = ['produce', '-b', cluster.bootstrapServers.join(','), '-t', topic]
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

test.skipIf(process.platform !== 'linux')(
  'a password is in no argument and in no text of it',
  async () => {
    const secret = `pa$$'"word`
    const sasl = [
      '--sasl-mechanism',
      'plain',
      '--sasl-username',
      'u',
      '--allow-insecure-sasl',
      '-v',
    ]
    const { child, ended } = await start('secret', sasl, { SLUICE_SASL_PASSWORD: secret })
    const line = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')
    child.stdin.end('one\n')
    const { code, stdout, stderr } = await ended
    // The embedded broker knows no SASL, so the login fails.
    expect(code).toBe(1)
    expect(line + stdout + stderr).not.toContain(secret)
  },
)
