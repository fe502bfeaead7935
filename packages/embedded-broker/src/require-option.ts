import { describeValue, KafkaError } from '@sluice/protocol'

/** @throws KafkaError INVALID_OPTION when the value is no positive integer. */
export function requireCount(option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return
  throw invalidOption(`${option} must be a positive integer, not ${describeValue(value)}`)
}

/** The error for an option or argument that cannot be followed. */
export function invalidOption(detail: string): KafkaError {
  return new KafkaError('INVALID_OPTION', detail)
}
