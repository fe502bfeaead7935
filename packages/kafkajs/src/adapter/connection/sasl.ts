import { Buffer } from 'node:buffer'
import type { SaslMechanism } from '@sluice/network'
import { oauthBearer, plain, scramSha256, scramSha512 } from '@sluice/network/sasl'
import { KafkaError } from '@sluice/protocol'
import type { KafkaConfig, Logger, Mechanism, SASLOptions } from 'kafkajs-original'
import { providerMechanism } from './provider-mechanism.js'

/** The mechanism that the configuration names. An `authenticationProvider` goes before our own mechanism of that name. */
export function saslOf(sasl: KafkaConfig['sasl'], logger: Logger): SaslMechanism | undefined {
  if (sasl === undefined || sasl === null) return undefined
  if (isProvided(sasl)) return providerMechanism(sasl, logger)
  const { mechanism } = sasl
  const known: Mechanisms = mechanisms
  const make = known[mechanism.toLowerCase()]
  if (make !== undefined) return make(sasl)
  return { name: mechanism.toUpperCase(), begin: () => unknownMechanism(mechanism) }
}

function isProvided(sasl: SASLOptions | Mechanism): sasl is Mechanism {
  return 'authenticationProvider' in sasl && typeof sasl.authenticationProvider === 'function'
}

/** The fields of all mechanisms. They are read at each authentication, so that a program may change them. */
type Fields = Readonly<Record<string, unknown>>

type Mechanisms = Readonly<Record<string, (fields: Fields) => SaslMechanism>>

const mechanisms: Mechanisms = {
  plain: (fields) => plain(credentials('Plain', fields)),
  'scram-sha-256': (fields) => scramSha256(credentials('SCRAM SHA256 authentication', fields)),
  'scram-sha-512': (fields) => scramSha512(credentials('SCRAM SHA512 authentication', fields)),
  oauthbearer: ({ oauthBearerProvider }) => oauthBearer({ token: tokenOf(oauthBearerProvider) }),
  aws: (fields) => ({
    name: 'AWS',
    needsEncryption: true,
    begin: () => ({ initial: () => awsMessage(fields), next: () => null }),
  }),
}

function credentials(title: string, fields: Fields) {
  return () => {
    const { username, password } = fields
    if (typeof username === 'string' && typeof password === 'string') return { username, password }
    throw refused(`SASL ${title}: Invalid username or password`)
  }
}

function tokenOf(provider: unknown): () => Promise<string> {
  return async () => {
    if (typeof provider !== 'function')
      throw refused('SASL OAUTHBEARER: Missing OAuth bearer token provider')
    const given: unknown = await provider()
    if (typeof given === 'object' && given !== null && 'value' in given)
      if (typeof given.value === 'string') return given.value
    throw refused('SASL OAUTHBEARER: Invalid OAuth bearer token')
  }
}

function awsMessage(fields: Fields): Uint8Array {
  for (const name of ['authorizationIdentity', 'accessKeyId', 'secretAccessKey'])
    if (!fields[name]) throw refused(`SASL AWS-IAM: Missing ${name}`)
  const { authorizationIdentity, accessKeyId, secretAccessKey, sessionToken = '' } = fields
  return Buffer.from([authorizationIdentity, accessKeyId, secretAccessKey, sessionToken].join('\0'))
}

function refused(detail: string): KafkaError {
  return new KafkaError('SASL_AUTHENTICATION_FAILED', detail)
}

function unknownMechanism(mechanism: string): never {
  throw new KafkaError(
    'UNSUPPORTED_SASL_MECHANISM',
    `SASL ${mechanism.toUpperCase()} has no authenticationProvider`,
  )
}
