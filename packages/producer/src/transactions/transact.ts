import { printableThrown } from '@sluice/protocol'
import type { Logger } from '../runtime.js'
import type { OpenTransaction } from './open-transaction.js'

/**
 * Does the work of a transaction and ends it, unless the work has done so itself.
 *
 * @throws what the work throws, after the transaction was aborted; what `commit` throws
 */
export async function transact<T>(
  transaction: OpenTransaction,
  work: () => Promise<T>,
  logger: Logger,
): Promise<T> {
  let result: T
  try {
    result = await work()
  } catch (thrown) {
    const failure = await abortIfOpen(transaction, logger)
    if (failure !== null) addCause(thrown, failure.error)
    throw thrown
  }
  try {
    await transaction.finish()
  } catch (error) {
    await abortIfOpen(transaction, logger)
    throw error
  }
  return result
}

/** @returns why the transaction could not be aborted; null where it is, or its end is under way */
async function abortIfOpen(
  transaction: OpenTransaction,
  logger: Logger,
): Promise<{ error: unknown } | null> {
  try {
    await transaction.dispose()
    return null
  } catch (error) {
    logger.warn(`A transaction has failed, and its abort, too: ${printableThrown(error)}`)
    return { error }
  }
}

/** Whether the error is the other one, or came of it. */
function isOf(error: unknown, thrown: Error): boolean {
  const seen = new Set<unknown>()
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    if (at === thrown) return true
    seen.add(at)
  }
  return false
}

/** So that the program sees both failures. The error is its own, so nothing in it is overwritten. */
function addCause(thrown: unknown, cause: unknown): void {
  if (!(thrown instanceof Error) || isOf(cause, thrown)) return
  try {
    if ('cause' in thrown || !Object.isExtensible(thrown)) return
    Object.defineProperty(thrown, 'cause', {
      value: cause,
      configurable: true,
      writable: true,
      enumerable: false,
    })
  } catch {
    // A proxy may refuse. The failure of the abort is logged.
  }
}
