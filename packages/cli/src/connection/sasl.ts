import type { SaslMechanism } from '@sluice/network'
import { oauthBearer, plain, scramSha256, scramSha512 } from '@sluice/network/sasl'
import { UsageError } from '../usage-error.js'
import type { ConnectionValues } from './connection-options.js'
import type { Secrets } from './secrets.js'

/** @throws UsageError where the mechanism lacks what it needs */
export function saslOf(values: ConnectionValues, secrets: Secrets): SaslMechanism | undefined {
  const { saslMechanism, saslUsername } = values
  const { password, token } = secrets
  if (saslMechanism === undefined) {
    if (saslUsername === undefined) return undefined
    throw new UsageError('--sasl-username needs --sasl-mechanism, such as scram-sha-512')
  }
  if (saslMechanism === 'oauthbearer') {
    if (token !== undefined) return oauthBearer({ token })
    throw new UsageError('oauthbearer needs --sasl-token-file, or SLUICE_SASL_TOKEN')
  }
  if (saslUsername === undefined) throw new UsageError(`${saslMechanism} needs --sasl-username`)
  if (password === undefined)
    throw new UsageError(`${saslMechanism} needs --sasl-password-file, or SLUICE_SASL_PASSWORD`)
  const credentials = { username: saslUsername, password }
  if (saslMechanism === 'plain') return plain(credentials)
  return saslMechanism === 'scram-sha-256' ? scramSha256(credentials) : scramSha512(credentials)
}
