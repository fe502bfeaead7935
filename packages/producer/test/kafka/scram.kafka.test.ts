import { fileURLToPath } from 'node:url'
import { scramSha256, scramSha512, type Credentials } from '@sluice/network/sasl'
import { type KafkaCluster, runJava, startKafka } from '@sluice/test-kafka'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProducer } from '../../src/index.js'

/** What SASLprep (RFC 4013) would change or refuse, and Kafka takes as it is. */
const passwords: [string, string][] = [
  ['plain ASCII', 'pencil'],
  ['a superscript digit', 'geheim²'],
  ['a trade mark sign', 'acme™'],
  ['decomposed umlauts', 'mu\u0308ller-gro\u0308\u00dfe'],
  ['composed umlauts', 'm\u00fcller-gr\u00f6\u00dfe'],
  ['a fraction', '½ cup'],
  ['full-width digits', '１２３４'],
  ['a no-break space', 'two\u00a0words'],
  ['a tab', 'two\twords'],
  ['line ends', 'line\r\nline'],
  ['Hebrew with digits', 'שלום123'],
  ['Arabic between Latin letters', 'a\u0627b'],
  ['emoji of several code points', '👩‍👩‍👧 🔑'],
  ['a soft hyphen alone', '\u00ad'],
  ['a space at either end', ' padded '],
  ['controls and a NUL', '\u0001\u007f\u0085\0x'],
  ['private use and what is not assigned', '\ue000\u0378\ufdd0'],
  ['commas and equals signs', 'a=b,c==,,'],
  ['one character', 'x'],
  ['a byte order mark', '\ufeffsecret'],
  ['two thousand characters', 'é²'.repeat(1_000)],
]

/** Kafka permits ASCII in the user names of SCRAM, and nothing else. */
const usernames = ['a,b=c', '=2C', ',', '=', 'tab\tname', 'n'.repeat(300), ' name ', 'quote"\\name']

const users: Credentials[] = [
  ...passwords.map(([, password], at) => ({ username: `user-${at}`, password })),
  ...usernames.map((username, at) => ({ username, password: `password-${at}²` })),
]

const program = fileURLToPath(new URL('UpsertScramUsers.java', import.meta.url))

let kafka: KafkaCluster

/** What a connection with these credentials comes to: 'connected', or the message of the error. */
async function logIn(mechanism: typeof scramSha256, credentials: Credentials): Promise<string> {
  await using producer = createProducer({
    bootstrapServers: kafka.listeners.get('SASL_PLAINTEXT')!,
    sasl: mechanism(credentials),
  })
  return await producer.connect().then(
    () => 'connected',
    (error: Error) => error.message,
  )
}

describe.skipIf(process.env['SLUICE_KAFKA'])('users that Kafka’s Admin client has made', () => {
  beforeAll(async () => {
    const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
    const prefix = 'listener.name.sasl_plaintext.scram-sha-'
    kafka = await startKafka({
      listeners: { SASL_PLAINTEXT: 'SASL_PLAINTEXT' },
      configs: {
        'sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
        'connection.failed.authentication.delay.ms': '0',
        [`${prefix}256.sasl.jaas.config`]: scram,
        [`${prefix}512.sasl.jaas.config`]: scram,
      },
    })
    const texts = users.flatMap(({ username, password }) => [username, password] as string[])
    const base64 = texts.map((text) => Buffer.from(text).toString('base64'))
    await runJava(program, [kafka.bootstrapServers, ...base64])
  })
  afterAll(() => kafka?.stop())

  const mechanisms = { scramSha256, scramSha512 }
  const cases = (Object.keys(mechanisms) as (keyof typeof mechanisms)[]).flatMap((name) => [
    ...passwords.map(([kind], at) => [name, `a password of ${kind}`, users[at]!] as const),
    ...usernames.map(
      (_, at) => [name, `user name ${at + 1} of odd ones`, users[passwords.length + at]!] as const,
    ),
  ])

  test.each(cases)('%s logs in with %s', async (name, _, credentials) => {
    expect(await logIn(mechanisms[name], credentials)).toBe('connected')
  })

  test('a password in another form of Unicode is another password, as for Java', async () => {
    const message = await logIn(scramSha256, { username: 'user-1', password: 'geheim2' })
    expect(message).toMatch(/^SASL_AUTHENTICATION_FAILED: .*the broker refused the credentials/)
  })

  test('a user name that is not ASCII is refused by the broker, at once', async () => {
    const message = await logIn(scramSha256, { username: 'jürgen', password: 'x' })
    expect(message).toMatch(/^SASL_AUTHENTICATION_FAILED: .*the broker refused the credentials/)
  })
})
