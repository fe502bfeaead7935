import type { KafkaError, ProducerRecord } from '@sluice/protocol'
import type { ProducerStatus } from '../metrics/producer-status.js'
import { PipelineProducer } from '../pipeline-producer.js'
import type { ComposeOptions, ProducerStages } from '../stages.js'
import { notTransactional } from '../transactions/wrong-producer.js'
import type { MockProducer, MockTransaction } from './mock-producer.js'
import type { MockTransactions } from './mock-transactions.js'
import type { SentRecords } from './sent-records.js'

/** What a test may see and decide. */
export interface Recorded {
  readonly records: SentRecords
  /** Null for a producer without `transactionalId`. */
  readonly transactions: MockTransactions | null
}

/** The real join of a producer, with what a test may see and do. */
export class RecordingProducer extends PipelineProducer implements MockProducer<unknown, unknown> {
  readonly #records: SentRecords
  readonly #transactions: MockTransactions | null

  constructor(
    { records, transactions }: Recorded,
    stages: ProducerStages,
    options: ComposeOptions<unknown, unknown>,
  ) {
    super(stages, options)
    this.#records = records
    this.#transactions = transactions
  }

  get sent(): readonly ProducerRecord[] {
    return this.#records.all.map(({ record }) => record)
  }

  get pending(): readonly ProducerRecord[] {
    return this.#records.pending.map(({ record }) => record)
  }

  completeNext(): boolean {
    return this.#records.settle(this.#records.pending[0], null)
  }

  failNext(error: KafkaError): boolean {
    return this.#records.settle(this.#records.pending[0], error)
  }

  complete(sent: ProducerRecord): boolean {
    return this.#records.settle(this.#records.of(sent), null)
  }

  fail(sent: ProducerRecord, error: KafkaError): boolean {
    return this.#records.settle(this.#records.of(sent), error)
  }

  override status(): ProducerStatus {
    if (this.closed) return super.status()
    return { ready: true, reason: 'ready', message: 'a mock delivers', connectedBrokers: [] }
  }

  get transactions(): readonly MockTransaction[] {
    return this.#transactions?.all ?? []
  }

  failCommit(error: KafkaError): void {
    if (this.#transactions === null) throw notTransactional('failCommit')
    this.#transactions.failCommit(error)
  }

  clear(): void {
    this.#records.clear()
    this.#transactions?.clear()
  }
}
