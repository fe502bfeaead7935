import type { ErrorCode, ErrorDescription, PartitionMetadata } from '@sluice/protocol'

/*
 * All that the two halves say to each other. Messages are plain data, without functions or classes, so that the halves
 * can live on two threads: every message survives `structuredClone`.
 */

/** From the front, on the caller's thread, to the queue, on the sender's thread. */
export type ToQueue = SealedMessage | DueMessage | TopicMessage | ForgottenMessage | CloseMessage

/** From the queue to the front. */
export type ToFront =
  | WantedMessage
  | SettledMessage
  | ReleasedMessage
  | CompressedMessage
  | MetadataMessage
  | IdleMessage

/** A batch takes no more records and belongs to the queue from now on. */
export interface SealedMessage {
  /** Tells the messages apart. */
  readonly type: 'sealed'
  /** The batch, with its bytes. */
  readonly batch: SealedBatch
}

/** A batch that takes no more records. */
export interface SealedBatch {
  /** Grows with each batch that the front opens, and never repeats. */
  readonly id: number
  /** The name of the topic. */
  readonly topic: string
  /** The number of the partition. */
  readonly partition: number
  /** Holds the records, from its first byte on. What is behind them is spare room. */
  readonly buffer: ArrayBuffer
  /** How many bytes of the buffer the records take. */
  readonly bytes: number
  /** How many records there are. */
  readonly count: number
  /** The timestamp of the first record, in ms since 1970. */
  readonly baseTimestamp: number
  /** The largest timestamp of all records, in ms since 1970. */
  readonly maxTimestamp: number
  /** When the batch was opened, in monotonic milliseconds. */
  readonly since: number
  /** When the batch must have settled, in monotonic milliseconds. */
  readonly deadline: number
}

/**
 * The queue may have the open batch of the partition: it answers with a `WantedMessage` once a request can carry it. A
 * patient batch, which is due only because a turn of the event loop has ended, goes on filling while its broker is busy.
 */
export interface DueMessage {
  /** Tells the messages apart. */
  readonly type: 'due'
  /** The name of the topic. */
  readonly topic: string
  /** The number of the partition. */
  readonly partition: number
  /** False when the batch is to go as soon as a request can carry it. */
  readonly patient: boolean
}

/** A topic that the front needs metadata of. */
export interface TopicMessage {
  /** Tells the messages apart. */
  readonly type: 'topic'
  /** The name of the topic. */
  readonly topic: string
}

/** The front has let the topic go: nothing of it waits, is open or has not settled. A later `TopicMessage` brings it back. */
export interface ForgottenMessage {
  /** Tells the messages apart. */
  readonly type: 'forgotten'
  /** The name of the topic. */
  readonly topic: string
}

/** The front has closed: fail everything that is left. */
export interface CloseMessage {
  /** Tells the messages apart. */
  readonly type: 'close'
}

/** A request can carry the open batch of the partition: the front seals it, if it is still due. */
export interface WantedMessage {
  /** Tells the messages apart. */
  readonly type: 'wanted'
  /** The name of the topic. */
  readonly topic: string
  /** The number of the partition. */
  readonly partition: number
}

/** The end of a batch, or of a part of a batch that was split. */
export interface SettledMessage {
  /** Tells the messages apart. */
  readonly type: 'settled'
  /** The id of the batch. */
  readonly batch: number
  /** The place of the first settled record in the batch. */
  readonly first: number
  /** How many records settle, beginning with `first`. */
  readonly count: number
  /** Null when the records are in the log. */
  readonly failure: ErrorDescription | null
  /** The offset of the first settled record; −1n when the broker gave none. */
  readonly baseOffset: bigint
  /** The time of the broker in ms since 1970, for topics with `LogAppendTime`; else −1. */
  readonly logAppendTime: number
}

/** No socket reads the bytes of the batch any more: the front may use them again. */
export interface ReleasedMessage {
  /** Tells the messages apart. */
  readonly type: 'released'
  /** The id of the batch. */
  readonly batch: number
  /** The buffer that the batch was sealed with. */
  readonly buffer: ArrayBuffer
}

/** How small the records of a batch became. The front judges by it how many records make the next batch of the topic. */
export interface CompressedMessage {
  /** Tells the messages apart. */
  readonly type: 'compressed'
  /** The name of the topic. */
  readonly topic: string
  /** The bytes of the records before compression. */
  readonly recordBytes: number
  /** The bytes that are sent. */
  readonly payloadBytes: number
}

/** What the cluster says of the topics that changed. */
export interface MetadataMessage {
  /** Tells the messages apart. */
  readonly type: 'metadata'
  /** Only the topics that changed, and only such as the front has asked for. */
  readonly topics: readonly TopicSnapshot[]
  /** Why there is no newer metadata; null when there is. */
  readonly failure: ErrorDescription | null
}

/**
 * Topics that were not used for a while. For each of them the front answers with a `TopicMessage`, if it still has records
 * of the topic, or lets the topic go and answers with a `ForgottenMessage`.
 */
export interface IdleMessage {
  /** Tells the messages apart. */
  readonly type: 'idle'
  /** The names of the topics. */
  readonly topics: readonly string[]
}

/** What the cluster says of a topic. */
export interface TopicSnapshot {
  /** The name of the topic. */
  readonly name: string
  /** Another id is another topic of the same name. What is open for the topic before is sealed. */
  readonly id?: string
  /** Set when the cluster refuses the topic for good. */
  readonly error: ErrorCode | null
  /** By number of the partition. Empty when the metadata is not known yet. */
  readonly partitions: readonly PartitionMetadata[]
}
