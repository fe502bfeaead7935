import type { FlatHeaders, KafkaError } from '@sluice/protocol'
import type { Delivery } from './delivery.js'
import type { ToFront, TopicSnapshot } from './messages.js'

/**
 * The half of the accumulator on the caller's thread: the open batches, the memory, those who wait
 * for memory or metadata, and the deliveries. It knows partitions, not brokers.
 */
export interface AccumulatorFront {
  /** The same object for the same name. The first call asks the cluster for the topic. */
  forTopic(name: string): TopicFront
  /** Milliseconds since 1970, read once a turn of the event loop. */
  timestamp(): number
  /** False above the high-water mark: the caller should wait for `drained`. */
  readonly hasRoom: boolean
  /** Resolves once memory in use has fallen below the low-water mark; at once while `hasRoom`. */
  drained(): Promise<void>
  /** Resolves when all that was appended or waits now has settled, whatever the result. */
  flush(): Promise<void>
  /**
   * Fails with `error` all that waits or is appended and not sealed, in the call. Nothing of it was sent, so the records
   * are told `persisted: 'no'`, whatever `error` says. Sealed batches are not touched: the sender ends them. The front
   * goes on: what is appended later, even by a delivery that this call settles, is not aborted.
   */
  abort(error: KafkaError): void
  /**
   * Fails what waits or is open, has the queue fail the rest, and resolves when everything has settled. From now on
   * `append` has no room and `wait` fails the waiter, all with PRODUCER_CLOSED.
   */
  close(): Promise<void>
  /** True while any record waits or is unsettled. */
  readonly pending: boolean
  /** How many records wait or are unsettled. Counted as it is asked: for the last words of a process. */
  unsettled?(): number
  /** Called when `pending` changes. */
  onPending(listener: (pending: boolean) => void): void
  receive(message: ToFront): void
}

export interface TopicFront {
  /** Undefined until the cluster has answered. */
  readonly snapshot: TopicSnapshot | undefined
  /** About how many bytes of records fill a batch: `batchBytes`, and more where they compress well. */
  readonly batchBytes: number
  /** True when a record of this topic must `wait`: no metadata, or others wait before it. */
  readonly blocked: boolean
  /**
   * Copies the record into the open batch of its partition.
   * @returns the bytes it took, or `noRoom`; then nothing was taken and the record must `wait`.
   */
  append(record: RecordToAppend, delivery: Delivery, a: unknown, b: unknown): number
  /** Joins the line, or fails the waiter with BUFFER_FULL at once where the line is full. */
  wait(waiter: Waiter): void
  /** Leaves the line, if the waiter still stands in it. */
  leave(waiter: Waiter): boolean
  /** Whether the partition's newest batch still takes records. */
  tailOpen(partition: number): boolean
  /** Batches of the partition that are not settled. */
  queuedBatches(partition: number): number
  /** How long the partition's oldest unsettled batch has been there, in ms. */
  delayedMs(partition: number): number
}

/** Returned by `append` when memory is short. */
export const noRoom = -1

/** The caller may reuse one object for all its records. */
export interface RecordToAppend {
  readonly partition: number
  readonly key: string | Uint8Array | null
  readonly value: string | Uint8Array | null
  readonly headers: FlatHeaders | null
  readonly timestamp: number
}

/** A record that waits for metadata or memory, first in, first out, `maxBlockMs` at most. */
export interface Waiter {
  /** What it holds while it waits. */
  readonly bytes: number
  /** Its turn: appends the record. False when there is no room yet; then it keeps its place. Fails itself rather than throw. */
  resume(): boolean
  fail(error: KafkaError): void
}
