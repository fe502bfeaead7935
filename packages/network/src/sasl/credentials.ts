import { KafkaError } from '@sluice/protocol'

export interface Credentials {
  readonly username: string
  readonly password: string
}

/**
 * Checks what a mechanism is given; the message shows nothing of it.
 * @throws KafkaError INVALID_OPTION
 */
export function checkCredentials(mechanism: string, credentials: unknown): Credentials {
  const { username, password } = (credentials ?? {}) as Partial<Record<string, unknown>>
  for (const [name, value] of Object.entries({ username, password })) {
    if (typeof value !== 'string' || value === '')
      throw invalid(mechanism, `${name} must be text that is not empty`)
    if (value.includes('\0')) throw invalid(mechanism, `${name} must not hold a NUL character`)
  }
  return { username: username as string, password: password as string }
}

export function invalid(mechanism: string, problem: string): KafkaError {
  return new KafkaError('INVALID_OPTION', `sasl: ${mechanism}: ${problem}`)
}
