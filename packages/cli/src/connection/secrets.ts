import type { Command } from 'commander'
import { readSecret } from '../command-line/secret-file.js'
import { variableOf } from '../command-line/settings.js'
import { UsageError } from '../usage-error.js'
import { type ConnectionValues, secretOptions } from './connection-options.js'

/** The secrets of a connection, wherever they came from. */
export interface Secrets {
  readonly password?: string
  readonly token?: string
  readonly passphrase?: string
}

/** @throws UsageError for a secret on the command line, before anything else is looked at: the message does not repeat it */
export function refuseSecretArguments(command: Command): void {
  for (const name of secretOptions) {
    const attribute = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    if (command.getOptionValueSource(attribute) === 'cli')
      throw new UsageError(
        `--${name} would show the secret to everybody who lists processes; use --${name}-file, or ${variableOf(name)}`,
      )
  }
}

/** Reads the files of secrets. A file on the command line wins over a variable of the environment. */
export function secretsOf(values: ConnectionValues, warn: (message: string) => void): Secrets {
  const read = (option: string, path: string | undefined, given: string | undefined) =>
    path === undefined ? given : readSecret(option, path, warn)
  const password = read('--sasl-password-file', values.saslPasswordFile, values.saslPassword)
  const token = read('--sasl-token-file', values.saslTokenFile, values.saslToken)
  const passphrase = read(
    '--tls-key-passphrase-file',
    values.tlsKeyPassphraseFile,
    values.tlsKeyPassphrase,
  )
  return {
    ...(password === undefined ? {} : { password }),
    ...(token === undefined ? {} : { token }),
    ...(passphrase === undefined ? {} : { passphrase }),
  }
}
