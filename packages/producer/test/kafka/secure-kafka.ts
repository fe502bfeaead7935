import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KafkaCluster, type SecurityProtocol, startKafka } from '@sluice/test-kafka'
import { Authority, type Certificate } from '../../../../test/certificates.js'
import { startTokenServer, type TokenServer } from './token-server.js'

/** What a listener of the broker is like. */
interface Listener {
  readonly protocol: SecurityProtocol
  /** Which certificate it shows. */
  readonly certificate?: 'good' | 'expired' | 'other host'
  readonly clientCertificate?: 'required'
  /** Whether its OAUTHBEARER wants tokens that the token server has signed. */
  readonly oidc?: true
}

export const listeners = {
  SSL: { protocol: 'SSL', certificate: 'good' },
  SASL_PLAINTEXT: { protocol: 'SASL_PLAINTEXT' },
  SASL_SSL: { protocol: 'SASL_SSL', certificate: 'good' },
  OIDC: { protocol: 'SASL_SSL', certificate: 'good', oidc: true },
  EXPIRED: { protocol: 'SASL_SSL', certificate: 'expired' },
  OTHER_HOST: { protocol: 'SASL_SSL', certificate: 'other host' },
  CLIENT_CERTIFICATE: {
    protocol: 'SASL_SSL',
    certificate: 'good',
    clientCertificate: 'required',
  },
} as const satisfies Record<string, Listener>

export type ListenerName = keyof typeof listeners

/** Each mechanism knows one user, and the password says of which. */
export const user = 'orders'
export const passwords = {
  PLAIN: 'canary-plain-password',
  'SCRAM-SHA-256': 'canary-256-password',
  'SCRAM-SHA-512': 'canary-512-password',
} as const

/** How long brokers let a connection live before it must authenticate again. */
export const sessionMs = 5_000

/** A Kafka with a listener for each way of securing one. */
export class SecureKafka {
  readonly kafka: KafkaCluster
  readonly authority: Authority
  /** Has signed nothing that the brokers show. */
  readonly stranger: Authority
  readonly client: Certificate
  readonly tokens: TokenServer
  readonly #folder: string

  private constructor(
    kafka: KafkaCluster,
    authorities: readonly [Authority, Authority],
    client: Certificate,
    tokens: TokenServer,
    folder: string,
  ) {
    this.kafka = kafka
    const [authority, stranger] = authorities
    this.authority = authority
    this.stranger = stranger
    this.client = client
    this.tokens = tokens
    this.#folder = folder
  }

  static async start(): Promise<SecureKafka> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-secure-'))
    const [authority, stranger] = await Promise.all([Authority.create(), Authority.create()])
    const client = await authority.issue({ name: 'client', hosts: [] })
    const tokens = await startTokenServer()
    await writeKeys(folder, authority)
    const scramUsers = (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism) => ({
      mechanism,
      name: user,
      password: passwords[mechanism],
    }))
    const kafka = await startKafka({
      listeners: Object.fromEntries(
        Object.entries(listeners).map(([name, { protocol }]) => [name, protocol]),
      ),
      scramUsers,
      configs: configsOf(folder, tokens),
      jvmFlags: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${tokens.keysUrl}`],
    })
    return new SecureKafka(kafka, [authority, stranger], client, tokens, folder)
  }

  bootstrapServers(name: ListenerName): string {
    return this.kafka.listeners.get(name) as string
  }

  async stop(): Promise<void> {
    await this.kafka.stop()
    await this.tokens.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function writeKeys(folder: string, authority: Authority): Promise<void> {
  const certificates = {
    good: await authority.issue({ name: 'broker' }),
    expired: await authority.issue({ name: 'broker', expired: true }),
    'other host': await authority.issue({ name: 'broker', hosts: ['kafka.example'] }),
  }
  await writeFile(join(folder, 'authority.pem'), authority.cert)
  for (const [name, { cert, key }] of Object.entries(certificates))
    await writeFile(join(folder, `${name}.pem`), `${key}\n${cert}`)
}

function configsOf(folder: string, tokens: TokenServer): Record<string, string> {
  return {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'connections.max.reauth.ms': String(sessionMs),
    'connection.failed.authentication.delay.ms': '0',
    'sasl.oauthbearer.jwks.endpoint.url': tokens.keysUrl,
    'sasl.oauthbearer.expected.audience': tokens.audience,
    'sasl.oauthbearer.expected.issuer': tokens.issuer,
    ...Object.assign(
      {},
      ...Object.entries(listeners).map(([name, listener]) =>
        prefixed(`listener.name.${name.toLowerCase()}.`, settingsOf(folder, listener)),
      ),
    ),
  }
}

const modules = 'org.apache.kafka.common.security'

function settingsOf(folder: string, listener: Listener): Record<string, string> {
  const { protocol, certificate, clientCertificate, oidc } = listener
  return {
    ...(certificate !== undefined && {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': join(folder, `${certificate}.pem`),
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': join(folder, 'authority.pem'),
    }),
    ...(clientCertificate !== undefined && { 'ssl.client.auth': clientCertificate }),
    ...(protocol.startsWith('SASL') && {
      'plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required user_${user}="${passwords.PLAIN}";`,
      'scram-sha-256.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
      'scram-sha-512.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
      'oauthbearer.sasl.jaas.config': `${modules}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    }),
    ...(oidc && {
      'oauthbearer.sasl.server.callback.handler.class': `${modules}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
    }),
  }
}

function prefixed(prefix: string, settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [prefix + name, value]))
}
