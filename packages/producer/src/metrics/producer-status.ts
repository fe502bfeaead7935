import type { KafkaError } from '@sluice/protocol'

/** Whether a producer can deliver now, and why not: for the readiness probe of a service. */
export interface ProducerStatus {
  /** Whether a record that is sent now can be expected to arrive. */
  readonly ready: boolean
  /**
   * Why it is ready or not:
   * - `ready`: a broker is connected, or was when last needed, and the brokers answer.
   * - `notConnected`: no broker was ever connected. Call `connect()` when the service starts.
   * - `disconnected`: the last connection was lost, and none could be made since. It is tried again while records wait, and by
   *   `connect()`.
   * - `unanswered`: something waits for the brokers, and none of them has answered for five seconds.
   * - `fatal`: this producer can do nothing more, and `error` says why. Close it, and create another one.
   * - `closed`: `close()` was called.
   */
  readonly reason: 'ready' | 'notConnected' | 'disconnected' | 'unanswered' | 'fatal' | 'closed'
  /** The same as a sentence for people. */
  readonly message: string
  /** The ids of the brokers that are connected now, in ascending order. */
  readonly connectedBrokers: readonly number[]
  /** The age of the newest answer to a question for metadata, in ms. Absent before the first one. */
  readonly metadataAgeMs?: number
  /** For how long the oldest record has been pending, in ms. Absent where none is. */
  readonly oldestPendingMs?: number
  /** The error that has ended the producer. Only with `fatal`. */
  readonly error?: KafkaError
}
