import { type Command, Option } from 'commander'
import { wholeNumber } from '../command-line/values.js'

/** What the options of a connection have become. */
export interface ConnectionValues {
  readonly bootstrapServers?: string
  readonly clientId?: string
  readonly tls?: boolean
  readonly tlsCa?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tlsKeyPassphraseFile?: string
  readonly tlsKeyPassphrase?: string
  readonly tlsServerName?: string
  readonly saslMechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512' | 'oauthbearer'
  readonly saslUsername?: string
  readonly saslPasswordFile?: string
  readonly saslPassword?: string
  readonly saslTokenFile?: string
  readonly saslToken?: string
  readonly allowInsecureSasl?: boolean
  readonly requestTimeoutMs?: number
  readonly verbose?: boolean
}

/** Options that would show a secret to everybody who lists processes: the environment and a file may set them, the command line not. */
export const secretOptions = ['sasl-password', 'sasl-token', 'tls-key-passphrase'] as const

/** Adds the options that say which cluster, and how to get into it. */
export function addConnectionOptions(command: Command): Command {
  const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']
  command
    .optionsGroup('The cluster:')
    .option('-b, --bootstrap-servers <list>', 'brokers to begin with: host:port,host:port')
    .option('--client-id <name>', 'how the brokers call this client in logs and quotas')
    .option('--request-timeout-ms <ms>', 'how long an answer may take', wholeNumber(1))
    .option('--config <file>', 'takes options from lines "name = value"; also SLUICE_CONFIG')
    .option('-v, --verbose', 'tells what happens on the way')
    .optionsGroup('Security:')
    .option('--tls', 'encrypts; any other option of TLS implies it')
    .option('--tls-ca <file>', 'certificates to trust (PEM), instead of those of the system')
    .option('--tls-cert <file>', 'certificate of this client (PEM)')
    .option('--tls-key <file>', 'its key (PEM)')
    .option('--tls-key-passphrase-file <file>', 'its passphrase; or SLUICE_TLS_KEY_PASSPHRASE')
    .option('--tls-server-name <name>', 'the name that the certificates of brokers must have')
    .addOption(new Option('--sasl-mechanism <name>', 'how to log in').choices(mechanisms))
    .option('--sasl-username <name>', 'who logs in')
    .option('--sasl-password-file <file>', 'the password; or SLUICE_SASL_PASSWORD')
    .option('--sasl-token-file <file>', 'the token of OAUTHBEARER; or SLUICE_SASL_TOKEN')
    .option('--allow-insecure-sasl', 'sends the password over a connection without TLS')
  for (const name of secretOptions)
    command.addOption(new Option(`--${name} [value]`, 'refused').hideHelp())
  return command
}
