import type { KafkaError, RecordMetadata } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'
import { RecordCounts } from '../sending/record-counts.js'
import type { TransactionListener } from '../transactions/transactional-sink.js'
import { Latencies } from './latencies.js'

/** The records of the warm-up, or of the measurement: their counts and their latencies. */
export class Phase extends RecordCounts implements TransactionListener {
  /** From when a record was due until it was acknowledged. */
  readonly latencies = new Latencies()
  /** The same since the last report. */
  readonly recent = new Latencies()
  /** From when a record was due until it was handed over: what the load itself comes late. */
  readonly lateness = new Latencies()
  /** How long commits have taken. */
  readonly commits = new Latencies()
  committedTransactions = 0
  /** Transactions that are not committed for sure. */
  lostTransactions = 0
  /** When the first record was due, and when the last one was acknowledged, or its transaction committed, in ms. */
  readonly from: number
  lastAt: number
  readonly #io: Pick<CliIo, 'now'>

  /** @param onFailure - hears of each record that is not in the log for sure */
  constructor(io: Pick<CliIo, 'now'>, onFailure: () => void) {
    super(onFailure)
    this.#io = io
    this.from = io.now()
    this.lastAt = this.from
  }

  /** Milliseconds from the first record until the last acknowledgement, or the last commit. */
  get elapsedMs(): number {
    return this.lastAt - this.from
  }

  /** Takes the end of a record: one function for all of them. */
  readonly settle = (
    error: KafkaError | null,
    _metadata: RecordMetadata | null,
    dueAt: number,
  ): void => {
    // Records of a load have no numbers that anybody could look up: the newest stands for all.
    if (error !== null) return this.fail(error, this.given)
    this.acknowledged++
    this.recordDelivered(dueAt)
  }

  /** A broker has the record. */
  recordDelivered(dueAt: number): void {
    const now = this.#io.now()
    this.lastAt = now
    this.latencies.noteMs(now - dueAt)
    this.recent.noteMs(now - dueAt)
  }

  /** A transaction is committed, and with it all of its records. */
  transactionCommitted(tookMs: number): void {
    this.lastAt = this.#io.now()
    this.commits.noteMs(tookMs)
    this.committedTransactions++
  }

  /** A transaction was not committed for sure. */
  transactionLost(): void {
    this.lostTransactions++
  }
}
