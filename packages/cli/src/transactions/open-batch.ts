import { type DeliveryCallback, KafkaError, type Transaction } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'

/** When a transaction ends. */
export interface TransactionLimits {
  /** After so many records. */
  readonly records: number
  /** So many milliseconds after its first record. */
  readonly ms: number
  /** How long to ask for the outcome of a commit, in milliseconds. */
  readonly outcomeMs: number
}

/** A transaction that is open, and the records in it. */
export interface OpenBatch {
  readonly transaction: Transaction
  readonly firstRecord: number
  readonly timer: unknown
  /** Takes the end of each record: the first failure stands. The context is what was given with the record. */
  readonly onDelivery: DeliveryCallback<number>
  count: number
  /** The first failure of a record, which dooms all. */
  failure: KafkaError | null
  /** Whether a call of `commit` has ended without telling what became of the transaction. */
  mayBeCommitted: boolean
}

/** What a transaction is when it has begun. */
export function openBatch(
  begun: Pick<OpenBatch, 'firstRecord' | 'timer' | 'transaction'>,
  listener?: { recordDelivered(context: number): void },
): OpenBatch {
  const onDelivery: OpenBatch['onDelivery'] = (error, _metadata, context) => {
    if (error === null) listener?.recordDelivered(context)
    else batch.failure ??= error
  }
  const batch: OpenBatch = { ...begun, onDelivery, count: 0, failure: null, mayBeCommitted: false }
  return batch
}

/** Commits, and asks again for the outcome while it is not known: the transaction may be committed all the time. */
export async function commitOf(
  batch: OpenBatch,
  { io, limits }: { readonly io: Pick<CliIo, 'now'>; readonly limits: TransactionLimits },
): Promise<void> {
  const from = io.now()
  for (;;) {
    try {
      return await batch.transaction.commit()
    } catch (error) {
      const { code, persisted } = asKafka(error)
      if (persisted !== 'no') batch.mayBeCommitted = true
      if (code !== 'TRANSACTION_TIMEOUT' || io.now() - from >= limits.outcomeMs) throw error
    }
  }
}

/** The failure of a record says more than that the transaction has failed. */
export function reasonOf(batch: OpenBatch, failure: KafkaError): KafkaError {
  if (batch.failure !== null) return batch.failure
  return failure.code === 'TRANSACTION_ABORTABLE' && failure.cause instanceof KafkaError
    ? failure.cause
    : failure
}

/** @throws the error itself, where it is a mistake of this program */
export function asKafka(error: unknown): KafkaError {
  if (error instanceof KafkaError) return error
  throw error
}
