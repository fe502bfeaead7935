import { KafkaError, printable, reasonOf } from '@sluice/protocol'

/**
 * The error for an option that cannot work.
 * @param problem - names the option and says what to give instead
 */
export function invalidOption(problem: string): KafkaError {
  return new KafkaError('INVALID_OPTION', problem)
}

/**
 * The error INVALID_OPTION for a SASL mechanism that would send its secret over a connection without encryption.
 *
 * @param mechanism - the name of the mechanism, like `PLAIN`
 * @param peer - the address of the broker, where it is known already
 */
export function insecureSasl(mechanism: string, peer?: string): KafkaError {
  const [to, advice] = peer === undefined ? ['', 'set tls'] : [` to ${peer}`, 'use tls']
  return invalidOption(
    `sasl: ${printable(mechanism)} would send its secret${to} for everybody on the way to read; ${advice}, or another mechanism, or set allowInsecureSasl: true`,
  )
}

/**
 * A thrown value as a KafkaError. One that is a KafkaError already stays as it is.
 * @param what - stands in front of the reason in the message of any other
 */
export function asKafkaError(thrown: unknown, what: string): KafkaError {
  if (thrown instanceof KafkaError) return thrown
  return new KafkaError('INVALID_ARGUMENT', `${what}: ${reasonOf(thrown)}`, { cause: thrown })
}
