/** The value of one header: text (written as UTF-8), bytes, or null. */
export type HeaderValue = string | Uint8Array | null

/**
 * Headers of a record, in order. A list of pairs may repeat a name; in an object a name is repeated
 * by giving an array of values.
 */
export type RecordHeaders =
  | Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>
  | Iterable<readonly [string, HeaderValue]>

/** A key or a value as it is written: text (as UTF-8), bytes, or null. */
export type RecordContent = string | Uint8Array | null

/** What a user sends. Keys and values of other types are for producers with serializers. */
export interface ProducerRecord<K = RecordContent, V = RecordContent> {
  /** The topic's name. */
  readonly topic: string
  /** Text is written as UTF-8; `null` is a tombstone, which deletes the key in a compacted topic. */
  readonly value: V | null
  /** Records of one key go to one partition. Without a key (`null`, the default) the partitioner chooses freely. */
  readonly key?: K | null
  /** Wins over the partitioner. */
  readonly partition?: number
  /** Milliseconds since 1970.
   *  @defaultValue the time of the call */
  readonly timestamp?: number
  /** Without them the record has none. */
  readonly headers?: RecordHeaders
}

/**
 * Where an acknowledged record is. `JSON.stringify(metadata)` gives the offset as text. JSON has no bigint, so a part of it
 * must be made text before: `JSON.stringify({ offset: String(offset) })`.
 */
export interface RecordMetadata {
  /** The topic's name. */
  readonly topic: string
  /** The number of the partition, from 0. */
  readonly partition: number
  /** −1n where the broker gave none (`acks: 0`, or a duplicate whose offset it no longer knows). `JSON.stringify` throws for a
   *  bigint by itself: write `String(offset)`. */
  readonly offset: bigint
  /** Milliseconds: the record's own time, or the broker's for a topic with `LogAppendTime`. */
  readonly timestamp: number
  /** The same, with the offset as text: `JSON.stringify` calls it. The metadata that a producer gives has it. */
  toJSON?(): RecordMetadataJson
}

/** {@link RecordMetadata} as JSON has it. */
export interface RecordMetadataJson extends TopicPartition {
  /** In decimal, for `BigInt(offset)`: it may be above what a number holds exactly. */
  readonly offset: string
  /** As in {@link RecordMetadata}. */
  readonly timestamp: number
}

/** The metadata of an acknowledged record. Its fields are own and enumerable, for users log and compare them. */
export class AcknowledgedRecord implements RecordMetadata {
  /** The topic's name. */
  readonly topic: string
  /** The number of the partition, from 0. */
  readonly partition: number
  /** −1n where the broker gave none. */
  readonly offset: bigint
  /** Milliseconds since 1970. */
  readonly timestamp: number

  /** @param offset - −1n where there is none */
  constructor(topic: string, partition: number, offset: bigint, timestamp: number) {
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.timestamp = timestamp
  }

  /** For `JSON.stringify`: JSON has no bigint. */
  toJSON(): RecordMetadataJson {
    const { topic, partition, offset, timestamp } = this
    return { topic, partition, offset: String(offset), timestamp }
  }
}

/** One partition of one topic. */
export interface TopicPartition {
  /** The topic's name. */
  readonly topic: string
  /** The number of the partition, from 0. */
  readonly partition: number
}

/** What the cluster says of one partition. */
export interface PartitionMetadata extends TopicPartition {
  /** The leader's node id, or null while there is none. */
  readonly leader: number | null
  /** How often the partition has had a new leader; −1 where the broker does not say. */
  readonly leaderEpoch: number
  /** The `broker.rack` of the leader, where it has one. */
  readonly leaderRack?: string | undefined
  /** The node ids of the brokers that hold the partition, the preferred leader first. */
  readonly replicas: readonly number[]
  /** The node ids of the replicas that have all that is committed (ISR). */
  readonly inSyncReplicas: readonly number[]
}
