import type { Producer, Transaction } from '@sluice/producer'
import { KafkaError } from '@sluice/protocol'

/** How a transaction ended, and how often its end was not known at first. */
export interface KnownEnd {
  readonly end: 'committed' | 'aborted'
  /** Calls that had to be made again. */
  readonly repeats: number
  /** Why it was aborted although it was to be committed. */
  readonly failure?: unknown
}

/** So long a call is made again that has not ended in its time, before the transaction counts as one that hangs. */
const mostRepeatingMs = 180_000

/** Begins the next transaction, as often as it takes. @throws what asks for another producer, or is a mistake of the program */
export async function beginKnown(producer: Producer): Promise<Transaction> {
  const { result } = await repeated(() => producer.beginTransaction())
  return result
}

/**
 * Commits until the end is known: where it is surely not committed, it is aborted.
 *
 * @throws what asks for another producer, or is a mistake of the program
 */
export async function commitKnown(transaction: Transaction): Promise<KnownEnd> {
  try {
    const { repeats } = await repeated(() => transaction.commit())
    return { end: 'committed', repeats }
  } catch (error) {
    if (!isSurelyNotCommitted(error)) throw error
    const { repeats } = await abortKnown(transaction)
    return { end: 'aborted', repeats, failure: error }
  }
}

/** A figure: how many transactions were aborted although they were to be committed, and the codes of what failed first. */
export function abortsFigure(failures: readonly unknown[]): string {
  const codes = [...new Set(failures.map(reasonOf))]
  return [`${failures.length} aborted by a failure`, ...codes].join(' ')
}

function reasonOf(failure: unknown): string {
  const { cause } = failure as Error
  const first = cause instanceof KafkaError ? cause : failure
  return first instanceof KafkaError ? first.code : String(first)
}

/** Aborts until it is done. @throws what asks for another producer, or is a mistake of the program */
export async function abortKnown(transaction: Transaction): Promise<KnownEnd> {
  const { repeats } = await repeated(() => transaction.abort())
  return { end: 'aborted', repeats }
}

function isSurelyNotCommitted(error: unknown): boolean {
  if (!(error instanceof KafkaError) || error.fatal || error.code === 'ILLEGAL_STATE') return false
  return error.abortable || error.persisted === 'no'
}

async function repeated<T>(call: () => Promise<T>): Promise<{ result: T; repeats: number }> {
  const until = performance.now() + mostRepeatingMs
  for (let repeats = 0; ; repeats++) {
    try {
      return { result: await call(), repeats }
    } catch (error) {
      const isUnknown = error instanceof KafkaError && error.code === 'TRANSACTION_TIMEOUT'
      if (!isUnknown || performance.now() > until) throw error
    }
  }
}
