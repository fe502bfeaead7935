import type { AccumulatorQueue } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import type { Transactions } from './transactions/transactions.js'

/**
 * Takes batches from the queue, sends each to the leader of its partition in one Produce request a
 * broker, and decides what every answer means (Kafka's `Sender`). It owns sequences, attempts and
 * what is in flight. The front speaks to it through the queue alone.
 */
export interface Sender {
  /** Begins. Once. It stops by itself when the queue is closed and everything has settled. */
  start(stages: SenderStages): void
  /** What a sender with a `transactionalId` offers, from `start` on; left out by others. */
  readonly transactions?: Transactions
}

/** The stages that a sender works between. */
export interface SenderStages {
  /** Where the batches come from. The sender alone drains it. */
  readonly queue: AccumulatorQueue
  /** Where the requests go. */
  readonly network: NetworkClient
}
