import { KafkaError } from '@sluice/protocol'

/** The error of a call with a wrong argument. What the call was to send has not been sent. */
export function invalidArgument(detail: string, cause?: unknown): KafkaError {
  return new KafkaError('INVALID_ARGUMENT', detail, { persisted: 'no', cause })
}

/** The error of a producer that cannot be made with such options. */
export function invalidOption(detail: string): KafkaError {
  return new KafkaError('INVALID_OPTION', detail)
}

/** How an error text names a wrong value: a number by itself, all else by its type, since it might be contents of a record. */
export function shown(value: unknown): string {
  return typeof value === 'number' ? `${value}` : typeName(value)
}

/** The type of a value, as an error text tells it. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`
}
