import { KafkaError } from '../errors.js'
import { reasonOf } from '../text/printable.js'

/**
 * Code that an option loads late is missing, mostly because a deployment left its file out.
 *
 * @param option - that asks for the code
 * @param what - names the code in the text
 * @param packageName - of the package whose file it is
 * @returns KafkaError INVALID_OPTION
 */
export function codeNotLoaded(
  option: string,
  what: string,
  packageName: string,
  cause: unknown,
): KafkaError {
  const detail = `${option}: ${what} cannot be loaded: ${reasonOf(cause)}; deploy all files of ${packageName}, or of the bundle, or leave ${option} out`
  return new KafkaError('INVALID_OPTION', detail, { cause, persisted: 'no' })
}
