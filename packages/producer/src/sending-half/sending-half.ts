import type { ToFront, ToQueue } from '@sluice/accumulator'
import type { Transactions } from '@sluice/sender'
import type { TelemetryChannel } from './telemetry-channel.js'

/**
 * Everything behind the front of the accumulator: it takes sealed batches and brings them to the brokers. The producer
 * knows nothing else of it, and both speak in messages of plain data, so this half may live on another thread.
 * `inlineSendingHalf` lives on the caller's thread.
 */
export interface SendingHalf {
  /**
   * Begins. The producer calls it once, before the first `receive`.
   *
   * @param toFront - takes each message to the front, in order
   */
  start(toFront: (message: ToFront) => void): void
  /** Takes one message of the front, in order. The front may call it in the middle of an append. */
  receive(message: ToQueue): void
  /**
   * Connects to the cluster now, not only with the first record.
   *
   * @throws KafkaError what `Producer.connect` lists, and CONNECTION_CLOSED when `close` comes first
   */
  connect(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** What a sending half with a `transactionalId` offers, from `start` on. With it the producer sends in transactions alone. */
  readonly transactions?: Transactions
  /** Tells the cluster how the producer does, from `start` on. Without it there is no telemetry. */
  readonly telemetry?: TelemetryChannel
  /** Disconnects. The producer calls it after `front.close()`, so nothing is left to send. */
  close(): Promise<void>
}
