import type { RecordMetadata } from '@sluice/protocol'
import type { AbortOptions } from '../delivery/abort-signal.js'
import type { DeliveryCallback } from '../delivery/delivery-callback.js'
import type { GivenRecord } from '../intake/given-record.js'
import type { Transaction, TransactionOffsets } from '../transactions/transaction.js'
import type { SendingCalls } from './intercepted-sending.js'

/** A transaction whose records go another way than its other calls: by what lets somebody see them. */
export class ReroutedTransaction implements Transaction<unknown, unknown> {
  readonly #transaction: Transaction<unknown, unknown>
  readonly #sending: SendingCalls

  /** @param sending - sends in the transaction in the end */
  constructor(transaction: Transaction<unknown, unknown>, sending: SendingCalls) {
    this.#transaction = transaction
    this.#sending = sending
  }

  send(record: GivenRecord, options?: AbortOptions): Promise<RecordMetadata> {
    return this.#sending.send(record, options)
  }

  sendMany(records: readonly GivenRecord[], options?: AbortOptions): Promise<RecordMetadata[]> {
    return this.#sending.sendMany(records, options)
  }

  enqueue<C = undefined>(
    record: GivenRecord,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean {
    return this.#sending.enqueue(record, onDelivery, context)
  }

  flush(options?: AbortOptions): Promise<void> {
    return this.#transaction.flush(options)
  }

  sendOffsets(offsets: TransactionOffsets): Promise<void> {
    return this.#transaction.sendOffsets(offsets)
  }

  commit(): Promise<void> {
    return this.#transaction.commit()
  }

  abort(): Promise<void> {
    return this.#transaction.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transaction[Symbol.asyncDispose]()
  }
}
