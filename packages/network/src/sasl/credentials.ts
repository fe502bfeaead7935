import type { KafkaError } from '@sluice/protocol'
import { invalidOption } from '../errors.js'
import { ask, type Asked } from '../options.js'

/** A user name and a password: each a value, or a function that is called for it at each authentication. */
export interface Credentials {
  /** Not empty. */
  readonly username: Asked<string>
  /** Not empty. */
  readonly password: Asked<string>
}

/** Credentials whose functions were called. */
export interface KnownCredentials {
  readonly username: string
  readonly password: string
}

/**
 * Checks what can be checked before a function is called. The message shows nothing of the values.
 * @throws KafkaError INVALID_OPTION
 */
export function checkCredentials(mechanism: string, credentials: Credentials): void {
  const { username, password } = (credentials ?? {}) as Partial<Credentials>
  for (const [name, value] of Object.entries({ username, password })) {
    if (typeof value === 'function') continue
    if (typeof value !== 'string' || value === '')
      throw invalidSasl(mechanism, `${name} must be text that is not empty`)
    if (value.includes('\0')) throw invalidSasl(mechanism, `${name} must not hold a NUL character`)
  }
}

/** @throws KafkaError INVALID_OPTION, or what a function throws */
export async function askCredentials(
  mechanism: string,
  credentials: Credentials,
): Promise<KnownCredentials> {
  checkCredentials(mechanism, credentials)
  const [username, password] = await Promise.all([
    ask(credentials.username),
    ask(credentials.password),
  ])
  checkCredentials(mechanism, { username, password })
  return { username, password }
}

/** The error INVALID_OPTION for an option of one mechanism. */
export function invalidSasl(mechanism: string, problem: string): KafkaError {
  return invalidOption(`sasl: ${mechanism}: ${problem}`)
}
