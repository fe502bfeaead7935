import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runWith } from '../cli-run.js'

const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const base = ['produce', '-b', 'localhost:1', '-t', 'orders']

test.each([
  [['foo'], "unknown command 'foo'; see sluice --help"],
  [['produce', '--topic'], "option '-t, --topic <name>' argument missing; see sluice --help"],
  [['produce', '-b', 'localhost:1'], 'no topic is named; give --topic, or SLUICE_TOPIC'],
  [
    ['produce', '-t', 'orders'],
    'no brokers are named; give --bootstrap-servers host:port, or SLUICE_BOOTSTRAP_SERVERS',
  ],
  [
    [...base, '--topik', 'x'],
    "unknown option '--topik' (Did you mean --topic?); see sluice --help",
  ],
  [
    [...base, '--rate', '0'],
    "option '--rate <n>' argument '0' is invalid. give a number above 0; see sluice --help",
  ],
  [
    [...base, '-p', '-1'],
    "option '-p, --partition <n>' argument '-1' is invalid. give a whole number from 0 up; see sluice --help",
  ],
  [[...base, '-k', 'a', '-K', ':'], '--key and --key-delimiter are both given; give one of them'],
  [[...base, '--key-optional'], '--key-optional needs --key-delimiter'],
  [
    [...base, '-f', 'whole', '-K', ':'],
    '--key-delimiter has no meaning with --format whole; leave it out',
  ],
  [
    [...base, '-f', 'json', '-k', 'a', '--key-field', 'id'],
    '--key and --key-field are both given; give one of them',
  ],
  [[...base, '--key-field', 'id'], '--key-field has no meaning with --format lines; leave it out'],
  [[...base, '-f', 'csv', '-D', ';'], '--delimiter has no meaning with --format csv; leave it out'],
  [
    [...base, '-f', 'csv', '--csv-separator', '::'],
    '--csv-separator is no single character of ASCII other than a quote; give one, such as ";" or "\\t"',
  ],
  [
    [...base, '-f', 'json', '--header-field', 'trace'],
    '--header-field is not name=field; write --header-field trace=trace_id',
  ],
  [[...base, '-D', ''], '--delimiter is empty; give at least one character'],
  [[...base, '-H', 'trace'], '--header is not name=value; write --header trace=17'],
  [[...base, '-', '-'], 'the standard input (-) is named twice; name it once'],
  [
    [...base, join(folder, 'none')],
    `cannot read ${join(folder, 'none')} (ENOENT); check its name and its rights`,
  ],
  [[...base, folder], `${folder} is a folder; name its files`],
  [[...base, '--sasl-mechanism', 'plain'], 'plain needs --sasl-username'],
  [
    [...base, '--sasl-mechanism', 'plain', '--sasl-username', 'u'],
    'plain needs --sasl-password-file, or SLUICE_SASL_PASSWORD',
  ],
  [
    [...base, '--sasl-mechanism', 'oauthbearer'],
    'oauthbearer needs --sasl-token-file, or SLUICE_SASL_TOKEN',
  ],
  [
    [...base, '--sasl-username', 'u'],
    '--sasl-username needs --sasl-mechanism, such as scram-sha-512',
  ],
  [[...base, '--tls-cert', 'c.pem'], '--tls-cert and --tls-key belong together; give both'],
  [
    [...base, '--tls-ca', join(folder, 'ca')],
    `cannot read the file ${join(folder, 'ca')} of --tls-ca; check its name and its rights`,
  ],
])('%j is refused with exit code 2 and one line that says what to do', async (args, message) => {
  expect(await runWith(args)).toEqual({ code: 2, stdout: '', stderr: `sluice: ${message}\n` })
})

test('a contradiction that the producer finds is told in the words of the command line', async () => {
  const { code, stderr } = await runWith([
    ...base,
    '--delivery-timeout-ms',
    '5',
    '--request-timeout-ms',
    '10',
  ])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^sluice: .*--delivery-timeout-ms.*\n$/)
})

describe('help', () => {
  test('of the command has examples, and goes to stdout with exit code 0', async () => {
    const { code, stdout, stderr } = await runWith(['produce', '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Examples:')
    expect(stdout).not.toContain('--sasl-password <')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  test('comes by itself where nothing is asked for, with exit code 2', async () => {
    const { code, stdout } = await runWith([])
    expect({ code, isHelp: stdout.startsWith('Usage: sluice') }).toEqual({ code: 2, isHelp: true })
  })
})

describe('a secret', () => {
  const secret = `pa$$'"word`

  test.each([
    ['--sasl-password', secret],
    ['--sasl-token', secret],
    ['--tls-key-passphrase', secret],
    [`--sasl-password=${secret}`],
    [`--sasl-pasword=${secret}`],
  ])('is refused on the command line, and not repeated: %s', async (...args) => {
    const { code, stdout, stderr } = await runWith([...base, ...args])
    expect(code).toBe(2)
    expect(stdout + stderr).not.toContain(secret)
  })

  test.skipIf(process.platform === 'win32')(
    'in a file that everybody can read is warned of',
    async () => {
      const file = join(folder, 'secret')
      writeFileSync(file, `${secret}\n`, { mode: 0o644 })
      const sasl = [
        '--sasl-mechanism',
        'plain',
        '--sasl-username',
        'u',
        '--sasl-password-file',
        file,
      ]
      const { code, stderr } = await runWith([...base, ...sasl])
      expect(stderr).toContain(
        `everybody on this machine can read ${file}, which holds a secret: chmod 600 ${file}\n`,
      )
      expect({ code, shown: stderr.includes(secret) }).toEqual({ code: 2, shown: false })
      expect(stderr).toContain('--allow-insecure-sasl')
    },
  )
})
