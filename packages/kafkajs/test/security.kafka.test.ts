import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from '@sluice/kafkajs'
import { type KafkaCluster, startKafka } from '@sluice/test-kafka'
import type { KafkaConfig, SASLOptions } from 'kafkajs-original'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Authority } from '../../../test/certificates.js'
import { errorFields } from './side-by-side.js'

const username = 'orders'
const password = 'right'
const modules = 'org.apache.kafka.common.security'

let authority: Authority
let kafka: KafkaCluster
let folder: string

/** A token as Kafka's own developers use it: nobody has signed it. */
function token(): string {
  const now = Math.floor(Date.now() / 1_000)
  const parts = [{ alg: 'none' }, { sub: username, iat: now - 60, exp: now + 3_600 }]
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`
}

const right: SASLOptions[] = [
  { mechanism: 'plain', username, password },
  { mechanism: 'scram-sha-256', username, password },
  { mechanism: 'scram-sha-512', username, password },
  { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: token() }) },
]
const wrong: SASLOptions[] = [
  { mechanism: 'plain', username, password: 'wrong' },
  { mechanism: 'scram-sha-256', username, password: 'wrong' },
  { mechanism: 'scram-sha-512', username: 'nobody', password },
  { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: 'no.token.' }) },
]

type Security = Pick<KafkaConfig, 'ssl' | 'sasl'>

function clientOf(listener: string, security: Security): Kafka {
  return new Kafka({
    brokers: [kafka.listeners.get(listener)!],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 10_000,
    retry: { retries: 0 },
    ...security,
  })
}

/** Sends a record with the drop-in. @returns how many topics the admin of kafkajs sees with the same configuration */
async function sendAndList(listener: string, security: Security): Promise<number> {
  const client = clientOf(listener, security)
  const [producer, admin] = [client.producer({ createPartitioner: () => () => 0 }), client.admin()]
  await Promise.all([producer.connect(), admin.connect()])
  await producer.send({ topic: 'secured', messages: [{ value: 'v' }] })
  const topics = await admin.listTopics()
  await Promise.all([producer.disconnect(), admin.disconnect()])
  return topics.length
}

async function refusal(listener: string, security: Security) {
  const producer = clientOf(listener, security).producer({ createPartitioner: () => () => 0 })
  const error = await producer.connect().catch((thrown: unknown) => thrown)
  return errorFields(error)
}

describe.skipIf(process.env['SLUICE_KAFKA'])('a secured Kafka', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-kafkajs-'))
    authority = await Authority.create()
    const { key, cert } = await authority.issue({ name: 'broker' })
    const pem = join(folder, 'broker.pem')
    await writeFile(pem, `${key}\n${cert}`)
    kafka = await startKafka({
      listeners: { SSL: 'SSL', SASL_SSL: 'SASL_SSL', SASL_PLAINTEXT: 'SASL_PLAINTEXT' },
      scramUsers: (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism) => ({
        mechanism,
        name: username,
        password,
      })),
      configs: configsOf(pem),
      topics: [{ name: 'secured', partitions: 1 }],
    })
  })
  afterAll(async () => {
    await kafka?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('ssl with the authority of the broker is enough where the broker asks for no more', async () => {
    expect(await sendAndList('SSL', { ssl: { ca: [authority.cert] } })).toBe(1)
  })

  test('ssl: true trusts the authorities of Node alone', async () => {
    const { name, cause } = await refusal('SSL', { ssl: true })
    expect(name).toBe('KafkaJSNumberOfRetriesExceeded')
    expect(cause).toMatchObject({ name: 'KafkaJSConnectionError' })
    expect(cause?.message).toMatch(/certificate/)
  })

  test('ssl takes what node:tls takes, as a check of the host by the program', async () => {
    const names: string[] = []
    const ssl = {
      ca: authority.cert,
      checkServerIdentity: (host: string) => void names.push(host),
    }
    expect(await sendAndList('SSL', { ssl })).toBe(1)
    expect(new Set(names)).toEqual(new Set(['localhost']))
  })

  test.each(right)('SASL $mechanism over TLS and without it', async (sasl) => {
    expect(await sendAndList('SASL_SSL', { sasl, ssl: { ca: authority.cert } })).toBe(1)
    expect(await sendAndList('SASL_PLAINTEXT', { sasl })).toBe(1)
  })

  test.each(wrong)('wrong credentials of SASL $mechanism are told at once', async (sasl) => {
    const fields = await refusal('SASL_PLAINTEXT', { sasl })
    expect(fields).toMatchObject({ name: 'KafkaJSSASLAuthenticationError', retriable: false })
    expect(JSON.stringify(fields)).not.toContain('"wrong"')
  })
})

function configsOf(pem: string): Record<string, string> {
  const jaas = {
    plain: `${modules}.plain.PlainLoginModule required user_${username}="${password}";`,
    'scram-sha-256': `${modules}.scram.ScramLoginModule required;`,
    'scram-sha-512': `${modules}.scram.ScramLoginModule required;`,
    oauthbearer: `${modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
  }
  const ofListener = (name: string): [string, string][] => [
    [`listener.name.${name}.ssl.keystore.type`, 'PEM'],
    [`listener.name.${name}.ssl.keystore.location`, pem],
    ...Object.entries(jaas).map(([mechanism, config]): [string, string] => [
      `listener.name.${name}.${mechanism}.sasl.jaas.config`,
      config,
    ]),
  ]
  return {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'connection.failed.authentication.delay.ms': '0',
    ...Object.fromEntries(['ssl', 'sasl_ssl', 'sasl_plaintext'].flatMap(ofListener)),
  }
}
