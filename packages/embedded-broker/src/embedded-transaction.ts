import type { TopicPartition } from '@sluice/protocol'
import type { TransactionState } from './transactions/transaction.js'

/** A transactional id as its coordinator knew it when a test asked. */
export interface EmbeddedTransaction {
  /** `PrepareCommit` and `PrepareAbort` until every partition has the marker. */
  readonly state: TransactionState
  /** The producer id that belongs to the transactional id. */
  readonly producerId: bigint
  /** The epoch of the producer. Older epochs are fenced. */
  readonly producerEpoch: number
  /** The time-out that the producer asked for, in milliseconds. */
  readonly timeoutMs: number
  /** The partitions that take part, and `__consumer_offsets` with a number where offsets of a group do. */
  readonly partitions: readonly TopicPartition[]
}
