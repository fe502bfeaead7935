import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Authority } from '../../../../test/certificates.js'
import { runWith } from '../cli-run.js'
import { listenForTls } from './tls-listener.js'

const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
const passphrase = `pass'"phrase$$`
let open: EmbeddedCluster
let mutual: EmbeddedCluster
const files: Record<string, string> = {}

function write(name: string, text: string): void {
  files[name] = join(folder, name)
  writeFileSync(files[name], text, { mode: 0o600 })
}

beforeAll(async () => {
  const authority = await Authority.create()
  const stranger = await Authority.create('another authority')
  const server = await authority.issue({ name: 'broker', hosts: ['127.0.0.1', 'kafka.example'] })
  const client = await authority.issue({ name: 'orders' })
  write('ca', authority.cert)
  write('other-ca', stranger.cert)
  write('cert', client.cert)
  write('key', client.key)
  const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const
  write('locked-key', String(createPrivateKey(client.key).export(cipher)))
  write('passphrase', `${passphrase}\n`)
  write('wrong-passphrase', 'wr0ng\n')
  open = await createEmbeddedCluster({ listen: listenForTls(server) })
  mutual = await createEmbeddedCluster({
    listen: listenForTls({ ...server, ca: authority.cert, requestCert: true }),
  })
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await open.close()
  await mutual.close()
})

/** `@ca` stands for the file of that name. */
async function sendTo(cluster: EmbeddedCluster, topic: string, ...given: string[]) {
  const to = ['produce', '-b', cluster.bootstrapServers.join(','), '-t', topic]
  const args = given.map((arg) => (arg.startsWith('@') ? files[arg.slice(1)]! : arg))
  const run = await runWith([...to, ...args], ['one\n'])
  return { ...run, values: cluster.records(topic).map(({ value }) => String(value)) }
}

const acknowledged = 'sluice: 1 record acknowledged, 0 failed, 0 possibly written\n'

describe('over TLS', () => {
  test('records arrive where the authority of the brokers is trusted', async () => {
    const sent = await sendTo(open, 'trusted', '--tls-ca', '@ca')
    expect(sent).toEqual({ code: 0, stdout: '', stderr: acknowledged, values: ['one'] })
  })

  test.each([
    [['--tls'], 'the authorities of the system'],
    [['--tls-ca', '@other-ca'], 'another authority'],
    [['--tls-ca', '@ca', '--tls-server-name', 'kafka.other'], 'another name'],
  ])('nothing is sent with %j: the brokers are not of %s', async (args) => {
    const { code, stderr, values } = await sendTo(open, 'refused', ...args)
    expect([code, values]).toEqual([1, []])
    expect(stderr).toContain('TLS_AUTHENTICATION_FAILED')
    expect(stderr).toMatch(/\nsluice: 0 records acknowledged, 0 failed, 0 possibly written\n$/)
  })

  test('the name that certificates must have may be another one than that of the address', async () => {
    const { code } = await sendTo(
      open,
      'named',
      '--tls-ca',
      '@ca',
      '--tls-server-name',
      'kafka.example',
    )
    expect(code).toBe(0)
  })

  test('a port without TLS is told, and so is one with TLS that is asked without', async () => {
    await using plain = await createEmbeddedCluster()
    const [withTls, without] = [await sendTo(plain, 'a', '--tls'), await sendTo(open, 'a')]
    expect([withTls.code, without.code]).toEqual([1, 1])
    expect(withTls.stderr).toMatch(/TLS/)
    expect(without.stderr).toMatch(/TLS/)
  })

  test.each([
    ['its key', ['--tls-key', '@key']],
    [
      'a key with a passphrase',
      ['--tls-key', '@locked-key', '--tls-key-passphrase-file', '@passphrase'],
    ],
  ])('brokers that ask who this is take a certificate with %s', async (_, key) => {
    const { code, stderr } = await sendTo(
      mutual,
      'mutual',
      '--tls-ca',
      '@ca',
      '--tls-cert',
      '@cert',
      ...key,
    )
    expect([code, stderr]).toEqual([0, acknowledged])
  })

  test('without a certificate they refuse, in one line that names the option', async () => {
    const { code, stderr, values } = await sendTo(mutual, 'stranger', '--tls-ca', '@ca')
    expect([code, values]).toEqual([1, []])
    expect(stderr).toMatch(/TLS_AUTHENTICATION_FAILED: .*certificate/)
  })

  test.each([
    ['no passphrase', []],
    ['a wrong passphrase', ['--tls-key-passphrase-file', '@wrong-passphrase']],
  ])(
    'a locked key with %s is a wrong use: exit code 2, and nothing secret is told',
    async (_, more) => {
      const key = ['--tls-ca', '@ca', '--tls-cert', '@cert', '--tls-key', '@locked-key']
      const { code, stderr } = await sendTo(mutual, 'locked', ...key, ...more)
      expect(code).toBe(2)
      expect(stderr).toMatch(/^sluice: .*passphrase.*\n$/)
      expect(stderr).not.toContain('wr0ng')
      expect(stderr).not.toContain('PRIVATE KEY')
    },
  )
})
