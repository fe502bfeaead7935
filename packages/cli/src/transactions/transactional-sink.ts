import { KafkaError, type Producer, type ProducerRecord } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'
import type { RecordCounts } from '../sending/record-counts.js'
import {
  asKafka,
  commitOf,
  openBatch,
  type OpenBatch,
  reasonOf,
  type TransactionLimits,
} from './open-batch.js'

/** What a transactional sink needs. */
export interface TransactionalSinkDeps {
  readonly producer: Producer
  readonly counts: RecordCounts
  readonly io: Pick<CliIo, 'clearTimeout' | 'now' | 'setTimeout'>
  readonly limits: TransactionLimits
  /** Hears of an error after which this producer can send nothing more. */
  readonly onFatal: () => void
  /** Hears what a measurement wants to know. */
  readonly listener?: TransactionListener
}

/** Hears of records and transactions. */
export interface TransactionListener {
  /** A broker has the record; it is not committed yet. @param context - what was given with the record */
  recordDelivered(context: number): void
  /** A transaction is committed. @param tookMs - from the call until the coordinator has said so */
  transactionCommitted(tookMs: number): void
  /** A transaction was not committed, or nobody knows whether it was. */
  transactionLost(): void
}

/**
 * Sends the records in transactions, one after the other. A record counts as acknowledged when its transaction is committed: until then it
 * is not there for consumers that read committed records.
 */
export class TransactionalSink {
  readonly #deps: TransactionalSinkDeps
  #open: OpenBatch | null = null
  /** What is under way, if anything: the begin or the end of a transaction. It never rejects for what Kafka does. */
  #work: Promise<void> | null = null

  constructor(deps: TransactionalSinkDeps) {
    this.#deps = deps
  }

  /** @returns null where the next one may come at once, else what to wait for */
  send(record: ProducerRecord, context = 0): Promise<void> | null {
    this.#deps.counts.given++
    if (this.#work === null && this.#open !== null) return this.#add(this.#open, record, context)
    return this.#addLater(record, context, this.#deps.counts.given)
  }

  /** Waits until the end of every record is known. */
  async end(): Promise<void> {
    await this.#work
    await this.#commit()
  }

  /** After the producer was closed: it has aborted what was open. */
  async settle(): Promise<void> {
    await this.#work
    if (this.#open === null) return
    const detail = 'the transaction was open when the command was ended; it is not committed'
    this.#lost(this.#take(this.#open), new KafkaError('ABORTED', detail), false)
  }

  async #addLater(record: ProducerRecord, context: number, number: number): Promise<void> {
    await this.#work
    if (this.#open === null) await this.#doing(() => this.#begin(number))
    // Where it could not begin, the record has failed, and was counted.
    if (this.#open !== null) await this.#add(this.#open, record, context)
  }

  async #begin(firstRecord: number): Promise<void> {
    const { producer, io, limits, counts } = this.#deps
    try {
      const transaction = await producer.beginTransaction()
      const timer = io.setTimeout(() => void this.#timeIsUp(), limits.ms)
      this.#open = openBatch({ transaction, firstRecord, timer }, this.#deps.listener)
    } catch (error) {
      this.#hearFatal(asKafka(error))
      counts.fail(asKafka(error), firstRecord, 1, false)
    }
  }

  #add(batch: OpenBatch, record: ProducerRecord, context: number): Promise<void> | null {
    batch.count++
    try {
      const hasRoom = batch.transaction.enqueue(record, batch.onDelivery, context)
      if (batch.failure !== null) return this.#doing(() => this.#abort(batch, batch.failure!))
      if (batch.count >= this.#deps.limits.records) return this.#commit()
      return hasRoom ? null : this.#deps.producer.drained()
    } catch (error) {
      return this.#doing(() => this.#abort(batch, asKafka(error)))
    }
  }

  async #timeIsUp(): Promise<void> {
    if (this.#work === null) await this.#commit()
  }

  /** Commits what is open. */
  async #commit(): Promise<void> {
    const batch = this.#open
    if (batch === null) return
    await this.#doing(async () => {
      const { io, counts, listener } = this.#deps
      const from = io.now()
      try {
        await commitOf(batch, this.#deps)
        counts.acknowledged += this.#take(batch).count
        listener?.transactionCommitted(io.now() - from)
      } catch (error) {
        await this.#abort(batch, asKafka(error))
      }
    })
  }

  /** Ends a transaction that has failed. What was never to be committed is surely not in the log. */
  async #abort(batch: OpenBatch, failure: KafkaError): Promise<void> {
    this.#hearFatal(failure)
    const isAborted = await batch.transaction.abort().then(
      () => true,
      (error: unknown) => {
        this.#hearFatal(asKafka(error))
        return false
      },
    )
    this.#lost(this.#take(batch), reasonOf(batch, failure), batch.mayBeCommitted && !isAborted)
  }

  #lost({ firstRecord, count }: OpenBatch, error: KafkaError, mayBeThere: boolean): void {
    this.#deps.counts.fail(error, firstRecord, count, mayBeThere)
    this.#deps.listener?.transactionLost()
  }

  #take(batch: OpenBatch): OpenBatch {
    this.#deps.io.clearTimeout(batch.timer)
    this.#open = null
    return batch
  }

  async #doing(work: () => Promise<void>): Promise<void> {
    const doing = work()
    this.#work = doing
    try {
      await doing
    } finally {
      if (this.#work === doing) this.#work = null
    }
  }

  #hearFatal(error: KafkaError): void {
    if (error.fatal) this.#deps.onFatal()
  }
}
