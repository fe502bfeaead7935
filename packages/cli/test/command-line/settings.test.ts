import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProducerOptions } from '@sluice/producer'
import { createMockProducer } from '@sluice/producer/testing'
import { afterAll, expect, test } from 'vitest'
import { runWith } from '../cli-run.js'

const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

function configOf(text: string, mode = 0o600): string {
  const path = join(folder, `config-${files++}`)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

/** The options that the producer got, and the topics of the records. */
async function produceWith(args: readonly string[], env: Record<string, string> = {}) {
  const producer = createMockProducer()
  let options: ProducerOptions | undefined
  const createProducer = (given: ProducerOptions) => {
    options = given
    return producer
  }
  const run = await runWith(['produce', ...args], ['line\n'], { env, createProducer })
  const headers = producer.sent.map((record) => record.headers)
  return { ...run, options, topics: producer.sent.map(({ topic }) => topic), headers }
}

const file = configOf(
  [
    '\uFEFF# the cluster',
    'bootstrap-servers = file:9092',
    '',
    '  client-id=from file  ',
    'topic = of-file',
    'linger-ms = 7',
    'allow-insecure-sasl = yes',
    'header = a=1',
    'header = b=2=3',
    // Of another command: one file serves all.
    'partitions = 12',
  ].join('\r\n'),
)

test('the command line wins over the environment, which wins over the file', async () => {
  const env = { SLUICE_CONFIG: file, SLUICE_TOPIC: 'of-env', SLUICE_CLIENT_ID: 'from env' }
  const { code, options, topics, headers } = await produceWith(['--client-id', 'from args'], env)
  expect([code, topics]).toEqual([0, ['of-env']])
  expect(options).toMatchObject({
    bootstrapServers: 'file:9092',
    clientId: 'from args',
    lingerMs: 7,
    allowInsecureSasl: true,
  })
  expect(headers).toEqual([
    [
      ['a', '1'],
      ['b', '2=3'],
    ],
  ])
})

test('--config wins over SLUICE_CONFIG, and an empty variable counts as none', async () => {
  const other = configOf('bootstrap-servers = other:9092\ntopic = other')
  const env = { SLUICE_CONFIG: file, SLUICE_TOPIC: '' }
  const { code, topics } = await produceWith(['--config', other], env)
  expect([code, topics]).toEqual([0, ['other']])
})

test('values beside the defaults of options are taken from the file, too', async () => {
  const { options } = await produceWith(['-b', 'b:1', '-t', 't', '--config', configOf('acks = 1')])
  expect(options?.acks).toBe(1)
})

test.each([
  ['topik = orders', 'has the unknown name "topik"; names are those of the options, without --'],
  ['orders', ':1 is not "name = value"'],
  ['# fine\n\n= orders', ':3 is not "name = value"'],
])('a file with %j is refused with its place, exit code 2 and one line', async (text, message) => {
  const path = configOf(text)
  const { code, stderr } = await produceWith(['--config', path])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^sluice: .*\n$/)
  expect(stderr).toContain(path)
  expect(stderr).toContain(message)
})

test.each([
  ['linger-ms = soon', 'linger-ms in'],
  ['tls = maybe', '--tls is a switch; give true or false'],
  ['acks = 2', 'acks in'],
])('a wrong value in a file, %j, is refused', async (text, message) => {
  const path = configOf(text)
  const { code, stderr } = await produceWith(['-b', 'b:1', '-t', 't', '--config', path])
  expect([code, stderr.includes(message), stderr.split('\n').length]).toEqual([2, true, 2])
})

test('a wrong variable is refused by its name', async () => {
  const { code, stderr } = await produceWith(['-b', 'b:1', '-t', 't'], { SLUICE_RATE: '-1' })
  expect([code, stderr]).toEqual([
    2,
    'sluice: SLUICE_RATE of the environment: give a number above 0\n',
  ])
})

test('a file that is not there is refused', async () => {
  const { code, stderr } = await produceWith(['--config', join(folder, 'none')])
  expect(code).toBe(2)
  expect(stderr).toContain(`cannot read the file ${join(folder, 'none')} of --config`)
})

const secret = `pa$$'"w=ord`
const sasl = ['sasl-mechanism = plain', 'sasl-username = u', `sasl-password = ${secret}`, 'tls = 1']

test.skipIf(process.platform === 'win32')(
  'a file with a secret is warned of where everybody can read it, and only there',
  async () => {
    const to = ['-b', 'b:1', '-t', 't', '--config']
    const open = configOf(sasl.join('\n'), 0o644)
    const warned = await produceWith([...to, open])
    expect(warned.stderr).toContain(`everybody on this machine can read ${open}`)
    const closed = await produceWith([...to, configOf(sasl.join('\n'), 0o600)])
    expect([closed.code, closed.stderr]).toEqual([
      0,
      'sluice: 1 record acknowledged, 0 failed, 0 possibly written\n',
    ])
    expect(closed.options?.sasl?.name).toBe('PLAIN')
    expect(warned.stderr + closed.stderr).not.toContain(secret)
  },
)

test.each([
  ['a line without =', secret.replace('=', '')],
  ['a value of another option', `linger-ms = ${secret}`],
  ['a switch', `tls = ${secret}`],
  ['a choice', `sasl-mechanism = ${secret}`],
])('what was meant as a secret is not repeated where it stands as %s', async (_, text) => {
  const { code, stderr } = await produceWith(['-b', 'b:1', '-t', 't', '--config', configOf(text)])
  expect(code).toBe(2)
  expect(stderr).not.toContain(secret)
  expect(stderr).not.toContain(secret.replace('=', ''))
})
