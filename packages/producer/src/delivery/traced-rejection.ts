import { brokerErrors, detailOf, KafkaError } from '@sluice/protocol'

/** So many records of one failure get an error of their own. A failure can be that of a hundred thousand records. */
const mostTraced = 16

/** How many copies were made of an error. */
const copies = new WeakMap<KafkaError, number>()

/**
 * A promise that is rejected with this error. One that was made while an answer was read or a timer ran shows nothing of the
 * program in its stack, so the first records of such a failure get a copy whose stack ends with what awaits the promise.
 * Nothing of that is done for a record that is acknowledged.
 */
export function tracedRejection(error: KafkaError): Promise<never> {
  const made = copies.get(error) ?? 0
  if (made >= mostTraced || !isMadeLate(error)) return Promise.reject(error)
  copies.set(error, made + 1)
  return rejectWithCopy(error)
}

/** Records that fail with this error get the error itself. */
export function neverCopied(error: KafkaError): void {
  copies.set(error, mostTraced)
}

async function rejectWithCopy(error: KafkaError): Promise<never> {
  // V8 finds what awaits this promise by the promises that were resolved with it. They are linked one microtask later.
  await aMicrotask
  await aMicrotask
  const { code, ...fields } = error
  throw new KafkaError(code, detailOf(error), { ...fields, cause: error.cause })
}

const aMicrotask = Promise.resolve()

/** The others are made within the call of the program, and show it. */
function isMadeLate({ code, attempts }: KafkaError): boolean {
  if (attempts !== undefined || code in brokerErrors) return true
  return code === 'METADATA_TIMEOUT' || code === 'PARTIAL_FAILURE'
}
