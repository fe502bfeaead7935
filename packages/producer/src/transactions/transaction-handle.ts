import type { KafkaError, RecordMetadata } from '@sluice/protocol'
import { type AbortOptions, signalOf } from '../delivery/abort-signal.js'
import type { DeliveryCallback } from '../delivery/delivery-callback.js'
import type { GivenRecord } from '../intake/given-record.js'
import type { Sending } from '../intake/sending.js'
import type { OpenTransaction } from './open-transaction.js'
import type { Transaction, TransactionOffsets } from './transaction.js'

/** What the program holds of a transaction. It never sends into a later one. */
export class TransactionHandle implements Transaction<unknown, unknown> {
  readonly #transaction: OpenTransaction
  readonly #sending: Sending
  readonly #refusing: Sending

  /**
   * @param sending - of all transactions of the producer, of which one is open at a time
   * @param refusing - tells callers alone of failures
   */
  constructor(transaction: OpenTransaction, sending: Sending, refusing: Sending) {
    this.#transaction = transaction
    this.#sending = sending
    this.#refusing = refusing
  }

  send(record: GivenRecord, options?: AbortOptions): Promise<RecordMetadata> {
    try {
      this.#transaction.checkAdding('send')
    } catch (error) {
      return this.#refused(error as KafkaError, 1)
    }
    return this.#sending.send(record, options)
  }

  sendMany(records: readonly GivenRecord[], options?: AbortOptions): Promise<RecordMetadata[]> {
    try {
      this.#transaction.checkAdding('sendMany')
    } catch (error) {
      return this.#refused(error as KafkaError, Array.isArray(records) ? records.length : 1)
    }
    return this.#sending.sendMany(records, options)
  }

  enqueue<C = undefined>(
    record: GivenRecord,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean {
    try {
      this.#transaction.checkAdding('enqueue')
    } catch (error) {
      this.#sending.countRefused(error)
      throw error
    }
    try {
      return this.#sending.enqueue(record, onDelivery, context)
    } catch (error) {
      this.#transaction.state.failure.add(error)
      throw error
    }
  }

  async flush(options?: AbortOptions): Promise<void> {
    await this.#transaction.flush(signalOf(options))
  }

  sendOffsets(offsets: TransactionOffsets): Promise<void> {
    try {
      this.#transaction.checkAdding('sendOffsets')
    } catch (error) {
      return this.#refused(error as KafkaError, 0)
    }
    const sent = this.#transaction.sendOffsets(offsets)
    // The commit tells of it.
    sent.catch(() => {})
    return sent
  }

  commit(): Promise<void> {
    return this.#transaction.commit()
  }

  abort(): Promise<void> {
    return this.#transaction.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transaction.dispose()
  }

  /** The commit tells of what has failed before. Of a mistake of the program nobody else would. */
  #refused(error: KafkaError, records: number): Promise<never> {
    const refusing = error.code === 'ILLEGAL_STATE' ? this.#refusing : this.#sending
    return refusing.refuse(error, records)
  }
}
