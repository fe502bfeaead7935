import type { KafkaError } from '@sluice/protocol'
import { invalidOption } from '../errors.js'
import { ask, type Asked } from '../options.js'

/**
 * A user name and a password: each a value, or a function that is called for it at each authentication. The broker gets
 * their UTF-8 bytes, or a proof made of them, and nothing is changed before.
 */
export interface Credentials {
  /** Not empty. Kafka's brokers permit ASCII alone with SCRAM. */
  readonly username: Asked<string>
  /** Not empty. */
  readonly password: Asked<string>
}

/** Credentials whose functions were called. */
export interface KnownCredentials {
  readonly username: string
  readonly password: string
}

const halfSurrogatePair = /\p{Cs}/u

/**
 * Checks what can be checked before a function is called. The message shows nothing of the values. A NUL ends the fields
 * of PLAIN, and Kafka permits none in a user name; the password of SCRAM is never sent, so it may hold one.
 * @throws KafkaError INVALID_OPTION
 */
export function checkCredentials(mechanism: string, credentials: Credentials): void {
  const { username, password } = (credentials ?? {}) as Partial<Credentials>
  for (const [name, value] of Object.entries({ username, password })) {
    if (typeof value === 'function') continue
    if (typeof value !== 'string' || value === '')
      throw invalidSasl(mechanism, `${name} must be text that is not empty`)
    if (value.includes('\0') && !(name === 'password' && mechanism.startsWith('SCRAM')))
      throw invalidSasl(mechanism, `${name} must not hold a NUL character`)
    if (halfSurrogatePair.test(value))
      throw invalidSasl(
        mechanism,
        `${name} must not hold half a surrogate pair, which has no bytes in UTF-8: was the text cut?`,
      )
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
