import type { KafkaError } from '@sluice/producer'
import { inTermsOfCommand } from './program-terms.js'

/** What the command tells of an error. */
export function errorText(error: KafkaError): string {
  return inTermsOfCommand(error.message)
}
