import type { FlatHeaders, KafkaError } from '@sluice/protocol'
import type { Delivery } from './delivery.js'
import type { ToFront, TopicSnapshot } from './messages.js'
import type { QueueFigures } from './queue-figures.js'

/**
 * The half of the accumulator on the caller's thread: open batches, the memory, the records that wait for memory or
 * metadata, and the deliveries. It knows partitions, and of brokers only which of them lead the same ones.
 */
export interface AccumulatorFront {
  /** Gives the same object for the same name, until `onForgotten` says otherwise. The first call for a name asks the cluster for the topic. */
  forTopic(name: string): TopicFront
  /** Milliseconds since 1970, read once for each turn of the event loop. */
  timestamp(): number
  /** False above the high-water mark, half of `bufferBytes`: the caller should wait for `drained`. */
  readonly hasRoom: boolean
  /**
   * Resolves when the memory in use falls below the low-water mark, a quarter of `bufferBytes`, or once 100 ms have passed
   * as soon as `hasRoom`; at once while `hasRoom`. While a caller waits, no open batch lingers.
   */
  drained(): Promise<void>
  /** Resolves when all records that are appended or wait now have settled, whatever the result. Calls that wait for the same may get one promise. */
  flush(): Promise<void>
  /**
   * Fails with `error`, within the call, all records that wait or are in a batch that is not sealed. None of them was
   * sent, so they are told `persisted: 'no'`, whatever `error` says. Sealed batches are not touched: the sender ends
   * them. The front goes on: what is appended later, even by a delivery that this call settles, is not aborted.
   */
  abort(error: KafkaError): void
  /**
   * Fails all records that wait or are in a batch that is not sealed, has the queue fail the rest, and resolves when
   * everything has settled. From now on `append` has no room and `wait` fails the waiter. All fail with PRODUCER_CLOSED.
   */
  close(): Promise<void>
  /** True while any record waits or has not settled. */
  readonly pending: boolean
  /** How many records wait or have not settled. They are counted in the call: it is for the last words of a process. */
  unsettled?(): number
  /** What the front holds now and what it has counted. It is gathered in the call. */
  figures(): FrontFigures
  /** What is in batches now, for each partition with unsettled records. It is gathered in the call, batch by batch. */
  queues?(): QueueFigures[]
  /** Sets the function to call when `pending` changes. */
  onPending(listener: (pending: boolean) => void): void
  /**
   * Sets the function that is called with each topic that the front lets go, because the topic was not used for a while and has no
   * records. The listener must drop the topic's `TopicFront`: the next `forTopic` for this name gives another one. Without a
   * listener the front lets no topic go.
   */
  onForgotten?(listener: (topic: string) => void): void
  /** Takes a message of the queue. Messages must come in the order in which the queue has sent them. */
  receive(message: ToFront): void
}

/** What a front holds, and what it has counted since it was made. */
export interface FrontFigures {
  /** All memory for records, `bufferBytes`. */
  readonly bufferTotalBytes: number
  /** How much of it is free. */
  readonly bufferAvailableBytes: number
  /** How many records wait for metadata or memory. */
  readonly waitingRecords: number
  /** How many bytes these hold, beside `bufferBytes`. */
  readonly waitingBytes: number
  /** How many records are in batches and have not settled. */
  readonly unsettledRecords: number
  /** How many records are in the log. */
  readonly acknowledgedRecords: number
  /** How many records found no room in the very turn in which `leave` was called for them: they have no end. */
  readonly leftInTurn: number
  /** Since when the oldest record waits, in the runtime's monotonic milliseconds; null where none does. */
  readonly waitingSince: number | null
  /** Since when the batch with unsettled records that was sealed first is sealed, in the same milliseconds; null where there is none. */
  readonly sealedSince: number | null
  /** When the oldest batch with unsettled records was opened, in the same milliseconds; null where there is none. */
  readonly unsettledSince: number | null
}

/** What the cluster has said of a topic, and what the front adds. Another object after each change. */
export interface KnownTopic extends TopicSnapshot {
  /** The partitions that get no memory now, as long as this snapshot is the newest. Left out when there are none. */
  readonly heldBack?: ReadonlySet<number>
}

/** One topic of the front. */
export interface TopicFront {
  /** Undefined until the cluster has answered. */
  readonly snapshot: KnownTopic | undefined
  /** About how many bytes of records fill a batch: `batchBytes`, and more if the records of the topic compress well. */
  readonly batchBytes: number
  /** True when a record of this topic must `wait`: there is no metadata, or other records wait before it. */
  readonly blocked: boolean
  /**
   * Copies the record into the open batch of its partition.
   *
   * @param a - given to `delivery.settle` with the end of this record
   * @param b - like `a`
   * @returns how many bytes the record takes, or `noRoom`; then nothing was taken and the record must `wait`
   */
  append(record: RecordToAppend, delivery: Delivery, a: unknown, b: unknown): number
  /**
   * Copies the record and lets it wait for metadata or memory, first in, first out, for at most `maxBlockMs`: a
   * thousandth of that longer, for records that begin to wait together end their wait together. With its turn `placer`
   * appends it. The record fails at once, within the call, with BUFFER_FULL when those that wait hold `bufferBytes`
   * already, RECORD_TOO_LARGE when it could never fit, PRODUCER_CLOSED after `close`, or the error of a topic that the
   * cluster refuses.
   *
   * @param record - its `partition` is -1 where the placer chooses it. The placer gets the same number, or the partition by which the record was held back
   * @param a - given to `delivery.settle` with the end of this record
   * @param b - like `a`
   * @returns a ticket for `leave`, or `notWaiting` when the record has failed
   */
  wait(record: RecordToAppend, delivery: Delivery, a: unknown, b: unknown, placer: Placer): number
  /**
   * Lets a record wait whose key or value is not there yet, such as one whose serializer has given a promise. It is copied, and
   * may fail at once, as with `wait`. It keeps its place until `complete`: records of the topic that come later stay behind
   * it, and those of other topics do not. Its whole wait, for what is missing, metadata and memory, takes at most
   * `maxBlockMs`; while something is missing it ends with SERIALIZATION_FAILED, and those behind it go on.
   *
   * @param record - what is missing is null
   * @returns as `wait` does
   */
  reserve?(
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
    placer: Placer,
  ): number
  /**
   * The record of `reserve` has its key and value now, and goes on from its place. It fails as a record that begins to wait,
   * within the call. Nothing happens where the record waits no more.
   *
   * @param ticket - as `reserve` has given it
   * @param key - undefined where it is as `reserve` was given it; so is `value`
   */
  complete?(ticket: number, key: LateContent, value: LateContent): void
  /** The error with which `wait` would fail the record at once; null where it may wait. A full line does not count. */
  refusalOf(record: RecordToAppend, delivery: Delivery): KafkaError | null
  /**
   * Takes the record out of the line. It is not settled.
   *
   * @returns false when it is not in the line, or is being placed right now: then it may be appended, and is not placed again
   */
  leave(ticket: number): boolean
  /**
   * Resolves once there is metadata. It is a question, not a record: it stands in no line, and neither `flush` nor
   * `pending` knows of it. It rejects with METADATA_TIMEOUT after `maxBlockMs`, PRODUCER_CLOSED after `close`, or the
   * error of a topic that the cluster refuses.
   */
  whenKnown(): Promise<void>
  /**
   * Whether the partition gets no memory now: it is stuck, and memory is short. A record that found no room for this
   * reason waits by itself if it names its partition, and others pass it. Otherwise it joins the line of all records.
   */
  isHeldBack?(partition: number): boolean
  /** Whether the newest batch of the partition still takes records. */
  tailOpen(partition: number): boolean
  /** How many batches of the partition have not settled. */
  queuedBatches(partition: number): number
  /** For how long the oldest unsettled batch of the partition has existed, in ms; 0 when there is none. */
  delayedMs(partition: number): number
}

/** `append` returns this when memory is short, and after `close`. */
export const noRoom = -1

/** A record, as `append` copies it. The caller may use one object for all its records. */
export interface RecordToAppend {
  /** The number of the partition. */
  readonly partition: number
  /** Text is written as UTF-8. */
  readonly key: string | Uint8Array | null
  /** Text is written as UTF-8. */
  readonly value: string | Uint8Array | null
  /** Names and values in turn; null for none. */
  readonly headers: FlatHeaders | null
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/** A key or a value that has come late. Undefined where it was there before. */
export type LateContent = string | Uint8Array | null | undefined

/** `wait` returns this when the record has failed. */
export const notWaiting = -1

/** A record that has waited, with what `wait` was given for it. Text that was given is text. */
export interface WaitingRecord extends RecordToAppend {
  /** Hears of the end of the record. */
  readonly delivery: Delivery
  /** For the delivery. */
  readonly a: unknown
  /** For the delivery. */
  readonly b: unknown
}

/**
 * How the turn of a record has ended: true when it is appended, false when there is no room. `partly` when the record stands
 * for many, and some of them were appended, but there is no room for the rest: the wait of up to `maxBlockMs` begins anew.
 */
export type Placed = boolean | 'partly'

/** Appends records that have waited. One placer serves any number of records. */
export interface Placer {
  /** How many records wait in the place of one, where it stands for many. */
  readonly waitingRecords?: number
  /**
   * True where each record stands for many, and `place` may say `partly`. Within `place` those whose partition is held back
   * can `wait` anew with their partition, so that the others and the line go on. Otherwise they stop the line, until the
   * record fails.
   */
  readonly inParts?: boolean
  /**
   * Called when it is the record's turn: appends the record. An error of the record must not be thrown: the placer
   * settles its delivery.
   *
   * @param record - its bytes are to be read within the call
   * @returns true, unless there is no room yet; then the record keeps its place
   */
  place(record: WaitingRecord): Placed
}
