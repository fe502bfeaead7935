import { KafkaError, printable, printableThrown } from '@sluice/protocol'

/** What was caught, in a few words that are safe to log. */
export function reasonOf(error: unknown): string {
  return printable(opensslReason(error) ?? messageOf(error), 500)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : printableThrown(error)
}

/** The words of OpenSSL, out of a message full of numbers and file names. */
function opensslReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('library' in error) || !('reason' in error)) return undefined
  return `${String(error.reason)} (${String(error.library)})`
}

/** What was caught, as our error; one that is ours already stays as it is. */
export function asKafkaError(error: unknown, what: string): KafkaError {
  if (error instanceof KafkaError) return error
  return new KafkaError('INVALID_ARGUMENT', `${what}: ${reasonOf(error)}`, { cause: error })
}
