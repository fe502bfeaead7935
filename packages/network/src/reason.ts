import { KafkaError, printable } from '@sluice/protocol'

/** What was caught, in a few words that are safe to log. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error)
  return printable(message, 500)
}

/** What was caught, as our error; one that is ours already stays as it is. */
export function asKafkaError(error: unknown, what: string): KafkaError {
  if (error instanceof KafkaError) return error
  return new KafkaError('INVALID_ARGUMENT', `${what}: ${reasonOf(error)}`, { cause: error })
}
