import { inspect } from 'node:util'
import { tlsTransport, type TlsOptions } from '@sluice/network'
import {
  oauthBearer,
  plain,
  scramSha256,
  scramSha512,
  type SaslMechanism,
} from '@sluice/network/sasl'
import type { KafkaError } from '@sluice/protocol'
import { readWithKcat } from '@sluice/test-kafka'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Certificate } from '../../../../test/certificates.js'
import { createProducer, type ProducerOptions } from '../../src/index.js'
import { FrameTape } from '../fixtures/frame-tape.js'
import { type ListenerName, passwords, SecureKafka, sessionMs, user } from './secure-kafka.js'

let secure: SecureKafka
let expiredClient: Certificate
let foreignClient: Certificate
/** All that was printed, thrown or can be inspected, to look for secrets in the end. */
const printed: string[] = []
const secrets = new Set<string>(Object.values(passwords))

const logger = {
  debug: (line: string) => void printed.push(line),
  info: (line: string) => void printed.push(line),
  warn: (line: string) => void printed.push(line),
  error: (line: string) => void printed.push(line),
}

/** What sending one record comes to: 'written', or the code of the error that connect and send have in common. */
async function attempt(
  listener: ListenerName,
  options: Omit<ProducerOptions, 'bootstrapServers'>,
): Promise<string> {
  const bootstrapServers = secure.bootstrapServers(listener)
  const producer = createProducer({ bootstrapServers, logger, maxBlockMs: 5_000, ...options })
  const connected = await outcome(producer.connect())
  const refused = connected !== null && connected.code !== 'CONNECTION_FAILED'
  const sent =
    connected === null || refused
      ? await outcome(producer.send({ topic: 'secured', value: listener }))
      : connected
  printed.push(
    inspect([producer, options.sasl, connected, sent], { depth: Infinity, showHidden: true }),
  )
  await producer.close({ timeoutMs: 0 })
  if (sent === null) return 'written'
  expect(sent.code).toBe(connected?.code)
  return connected?.code === 'TLS_AUTHENTICATION_FAILED' ? reasonOf(connected) : sent.code
}

function outcome(promise: Promise<unknown>): Promise<KafkaError | null> {
  return promise.then(
    () => null,
    (error: KafkaError) => error,
  )
}

function reasonOf({ message }: KafkaError): string {
  for (const reason of reasons) if (message.includes(reason)) return reason
  return message
}

const reasons = [
  'certificate has expired',
  "does not match certificate's altnames",
  'give the authority that signed it as ca',
  'certificate signature failure',
  'alert bad certificate',
  'alert certificate unknown',
]

/** A token as Kafka's own developers use it: nobody has signed it. */
function unsecuredToken(lifetimeSeconds: number): string {
  const now = Math.floor(Date.now() / 1_000)
  const claims = { sub: user, iat: now - 7_200, exp: now + lifetimeSeconds, jti: 'canary-jti' }
  const [header, payload] = [{ alg: 'none' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  secrets.add(payload!)
  return `${header}.${payload}.`
}

type Credential = 'right' | 'wrong' | 'expired'

/** Each mechanism with credentials of each kind there is; and where they are valid. */
const mechanisms: [string, Credential, () => SaslMechanism][] = [
  ['PLAIN', 'right', () => plain({ username: user, password: passwords.PLAIN })],
  ['PLAIN', 'wrong', () => plain({ username: user, password: passwords['SCRAM-SHA-256'] })],
  ...(['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).flatMap(
    (name): [string, Credential, () => SaslMechanism][] => {
      const scram = name === 'SCRAM-SHA-256' ? scramSha256 : scramSha512
      return [
        [name, 'right', () => scram({ username: user, password: passwords[name] })],
        [name, 'wrong', () => scram({ username: user, password: passwords.PLAIN })],
        [name, 'wrong', () => scram({ username: 'nobody', password: passwords[name] })],
      ]
    },
  ),
  ['OAUTHBEARER', 'right', () => oauthBearer({ token: () => unsecuredToken(3_600) })],
  ['OAUTHBEARER', 'wrong', () => oauthBearer({ token: 'canary-no-token-at-all' })],
  ['OAUTHBEARER', 'expired', () => oauthBearer({ token: () => unsecuredToken(-3_600) })],
]
secrets.add('canary-no-token-at-all')

/** What TLS alone decides; null where it is good. */
const securities: [string, ListenerName, () => TlsOptions, string | null][] = [
  ['TLS 1.2', 'SASL_SSL', () => ({ ca: ca(), maxVersion: 'TLSv1.2' }), null],
  ['TLS 1.3', 'SASL_SSL', () => ({ ca: ca(), minVersion: 'TLSv1.3' }), null],
  ['an expired certificate', 'EXPIRED', () => ({ ca: ca() }), 'certificate has expired'],
  [
    'a certificate of another host',
    'OTHER_HOST',
    () => ({ ca: ca() }),
    "does not match certificate's altnames",
  ],
  [
    'a certificate of another authority',
    'SASL_SSL',
    () => ({ ca: secure.stranger.cert }),
    'give the authority that signed it as ca',
  ],
  [
    'a certificate of no known authority',
    'SASL_SSL',
    () => ({}),
    'give the authority that signed it as ca',
  ],
  ["a client's certificate", 'CLIENT_CERTIFICATE', () => ({ ca: ca(), ...secure.client }), null],
  ["no client's certificate", 'CLIENT_CERTIFICATE', () => ({ ca: ca() }), 'alert bad certificate'],
  [
    "no client's certificate with TLS 1.2",
    'CLIENT_CERTIFICATE',
    () => ({ ca: ca(), maxVersion: 'TLSv1.2' }),
    'alert bad certificate',
  ],
  [
    "a client's certificate that has expired",
    'CLIENT_CERTIFICATE',
    () => ({ ca: ca(), ...expiredClient }),
    'alert certificate unknown',
  ],
  [
    "a client's certificate of another authority",
    'CLIENT_CERTIFICATE',
    () => ({ ca: ca(), ...foreignClient }),
    'alert certificate unknown',
  ],
]

function ca(): string {
  return secure.authority.cert
}

describe.skipIf(process.env['SLUICE_KAFKA'])('a secured Kafka', () => {
  beforeAll(async () => {
    secure = await SecureKafka.start()
    expiredClient = await secure.authority.issue({ name: 'client', hosts: [], expired: true })
    foreignClient = await secure.stranger.issue({ name: 'client', hosts: [] })
    await secure.kafka.createTopic('sessions', 3)
  })
  afterAll(() => secure?.stop())

  describe.each(securities)('over %s', (_, listener, tls, failure) => {
    test.each(mechanisms)('%s with credentials that are %s', async (_name, credential, sasl) => {
      const expected = credential === 'right' ? 'written' : 'SASL_AUTHENTICATION_FAILED'
      expect(await attempt(listener, { tls: tls(), sasl: sasl() })).toBe(failure ?? expected)
    })
  })

  test.each(mechanisms)(
    'without TLS, %s with credentials that are %s',
    async (_, credential, sasl) => {
      const expected = credential === 'right' ? 'written' : 'SASL_AUTHENTICATION_FAILED'
      const options = { sasl: sasl(), allowInsecureSasl: true }
      expect(await attempt('SASL_PLAINTEXT', options)).toBe(expected)
    },
  )

  test.each<[Credential, () => Promise<string>, string]>([
    ['right', () => secure.tokens.token(), 'written'],
    ['expired', () => secure.tokens.expiredToken(), 'SASL_AUTHENTICATION_FAILED'],
    ['wrong', () => secure.tokens.foreignToken(), 'SASL_AUTHENTICATION_FAILED'],
    ['wrong', async () => unsecuredToken(3_600), 'SASL_AUTHENTICATION_FAILED'],
  ])('a token that a token server has signed, and that is %s', async (_, token, expected) => {
    const sasl = oauthBearer({
      token: async () => {
        const issued = await token()
        secrets.add(issued.split('.')[1]!)
        return issued
      },
    })
    expect(await attempt('OIDC', { tls: { ca: ca() }, sasl })).toBe(expected)
  })

  test('TLS without SASL', async () => {
    expect(await attempt('SSL', { tls: { ca: ca() } })).toBe('written')
  })

  test('each mistake about the port is told apart', async () => {
    const messageOf = async (listener: string, options: object): Promise<string> => {
      const bootstrapServers = secure.kafka.listeners.get(listener) ?? listener
      const producer = createProducer({ bootstrapServers, logger, ...options })
      const error = await outcome(producer.connect())
      await producer.close({ timeoutMs: 0 })
      return error!.message
    }
    const sasl = scramSha256({ username: user, password: passwords['SCRAM-SHA-256'] })
    const tls = { ca: ca() }
    expect(await messageOf('SASL_SSL', { tls })).toContain('does this port expect SASL?')
    expect(await messageOf('SSL', { tls, sasl })).toContain('does not ask for SASL at this port')
    expect(await messageOf('SSL', {})).toMatch(/TLS alert|does this port expect TLS/)
    expect(await messageOf('SASL_PLAINTEXT', { tls, sasl })).toContain('does this port speak TLS?')
    expect(await messageOf(secure.kafka.bootstrapServers, { sasl })).toContain(
      'does not ask for SASL at this port',
    )
  })

  test('credentials that become wrong fail what is sent, at once; those that become right need no restart', async () => {
    const right = passwords['SCRAM-SHA-256']
    const tape = new FrameTape(tlsTransport({ ca: ca() }))
    let password = 'canary-wrong-password'
    secrets.add(password)
    await using producer = createProducer({
      bootstrapServers: secure.bootstrapServers('SASL_SSL'),
      transport: tape,
      sasl: scramSha256(() => ({ username: user, password })),
      logger,
    })
    const send = () => outcome(producer.send({ topic: 'secured', value: 'rotated' }))
    const code = async () => (await send())?.code ?? 'written'
    // The topic is not known yet, and then it is.
    for (let round = 0; round < 2; round++) {
      tape.cutAll()
      password = 'canary-wrong-password'
      await expect.poll(code, { timeout: 10_000 }).toBe('SASL_AUTHENTICATION_FAILED')
      password = right
      await expect.poll(code, { timeout: 10_000 }).toBe('written')
    }
  })

  test('sessions are renewed under load on the same connection: nothing comes in between, nothing is lost or reordered', async () => {
    const tape = new FrameTape(tlsTransport({ ca: ca() }))
    let asked = 0
    const producer = createProducer({
      bootstrapServers: secure.bootstrapServers('SASL_SSL'),
      transport: tape,
      sasl: scramSha512(async () => {
        asked++
        return { username: user, password: passwords['SCRAM-SHA-512'] }
      }),
      logger,
    })
    await producer.connect()
    const sends: Promise<{ partition: number; offset: bigint }>[] = []
    const sending = setInterval(() => {
      for (let count = 0; count < 20; count++) {
        const value = String(sends.length)
        sends.push(producer.send({ topic: 'sessions', partition: sends.length % 3, value }))
      }
    }, 5)
    // The first authentication, two renewals, and what comes after the last.
    await expect.poll(() => asked, { timeout: 4 * sessionMs, interval: 50 }).toBe(3)
    await new Promise((resolve) => setTimeout(resolve, 500))
    clearInterval(sending)
    const metadata = await Promise.all(sends)
    await producer.close()

    expect(tape.connections).toBe(1)
    tape.expectUndisturbedHandshakes(asked)
    expect(sends.length).toBeGreaterThan(1_000)
    const log = await readWithKcat(secure.kafka.bootstrapServers, 'sessions')
    expect(log).toHaveLength(sends.length)
    for (let partition = 0; partition < 3; partition++) {
      const values = log
        .filter((read) => read.partition === partition)
        .map(({ value }) => Number(value))
      expect(values).toEqual(sends.flatMap((_, number) => (number % 3 === partition ? number : [])))
    }
    expect(metadata.every(({ partition }, number) => partition === number % 3)).toBe(true)
  })

  test('of all that was printed, thrown or inspected nothing shows a secret', () => {
    const all = printed.join('\n')
    expect(all.length).toBeGreaterThan(10_000)
    expect(secrets.size).toBeGreaterThan(8)
    for (const secret of secrets) {
      for (const form of formsOf(secret)) expect(all).not.toContain(form)
    }
  })
})

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const shifted = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4),
  )
  return [secret, bytes.toString('hex'), [...bytes].join(', '), ...shifted]
}
