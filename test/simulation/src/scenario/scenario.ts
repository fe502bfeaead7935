import type { ErrorCode } from '@sluice/protocol'
import type { Verdict } from './verdict.js'

/** A whole run as plain data: what the program does, and what happens to it. The rest follows from the seed. */
export interface Scenario {
  /** Of the delays on the wire, of the pieces, and of the random numbers of the producer. */
  readonly seed: number
  readonly producer: ProducerSettings
  readonly brokers: number
  /** The newest version of Produce that the brokers speak. With 12 topics go by their names. */
  readonly produceVersion: 12 | 13
  /** The `transaction.version` of the cluster. The program then sends in transactions alone. */
  readonly transactionVersion?: 0 | 1 | 2
  readonly topics: Readonly<Record<string, TopicSettings>>
  readonly actions: readonly Action[]
  readonly faults: readonly Fault[]
}

export interface TopicSettings {
  readonly partitions: number
  readonly minInsyncReplicas: number
}

/** Options of `createProducer`. */
export interface ProducerSettings {
  readonly lingerMs: number
  readonly batchBytes: number
  readonly batchRecords: number
  readonly bufferBytes: number
  readonly maxInFlight: number
  readonly requestTimeoutMs: number
  readonly deliveryTimeoutMs: number
  readonly maxBlockMs: number
  readonly retryBackoffMs: number
  readonly metadataMaxAgeMs: number
  readonly connectionsMaxIdleMs: number
  readonly connectionSetupTimeoutMs: number
  readonly retryBackoffMaxMs?: number
  readonly idempotent?: boolean
  readonly onTopicRecreated?: 'continue' | 'fail'
}

/** Where records go. A record without a partition has a key, or none. */
export interface Target {
  readonly topic: string
  readonly partition?: number
  readonly key?: string
  /** Bytes of each value. */
  readonly bytes: number
  readonly count: number
}

/** A transaction. The next one begins when it has ended. */
export interface Plan {
  readonly sends: readonly Target[]
  /** How long the program rests after each of them. */
  readonly pauseMs: number
  readonly commits: boolean
  /** Whether it commits an offset of a group, too. */
  readonly offsets: boolean
}

/** One thing that the program does, at a time in ms. */
export type Action =
  | ({ readonly at: number; readonly do: 'transact' } & Plan)
  /** Another process begins with the same transactional id, and ends again. */
  | { readonly at: number; readonly do: 'succeed' }
  | ({ readonly at: number; readonly do: 'send' | 'sendMany' | 'enqueue' } & Target)
  /** Sends, and aborts the signal of all of it after a while. */
  | ({ readonly at: number; readonly do: 'abort'; readonly afterMs: number } & Target)
  | { readonly at: number; readonly do: 'flush' }
  /** Closes the producer, and makes another one when that is done. */
  | { readonly at: number; readonly do: 'restart'; readonly timeoutMs: number }
  /** The event loop stands still. */
  | { readonly at: number; readonly do: 'block'; readonly ms: number }
  /** The wall clock of the process is so many ms ahead of that of the brokers. */
  | { readonly at: number; readonly do: 'setClock'; readonly ms: number }

interface OfNode {
  readonly at: number
  readonly node: number
}
interface OfPartition {
  readonly at: number
  readonly topic: string
  readonly partition: number
}

/** One thing that happens to the world, at a time in ms. What lasts ends after `forMs`. */
export type Fault =
  /** All connections of the broker are reset. */
  | ({ readonly kind: 'cut' } & OfNode)
  /** Nothing comes through any more on the connections that are open, and nobody hears of it. */
  | ({ readonly kind: 'freeze' } & OfNode)
  /** As freeze, and new connections are not answered. */
  | ({ readonly kind: 'blackHole'; readonly forMs: number } & OfNode)
  | ({ readonly kind: 'slow'; readonly forMs: number; readonly ms: number } & OfNode)
  /** The bytes come in many pieces, or all at once. */
  | ({
      readonly kind: 'pieces'
      readonly forMs: number
      readonly cutting: number
      readonly merging: number
    } & OfNode)
  /** `kill -9`; the controller notices after a while, or not before the broker is back. */
  | ({ readonly kind: 'kill'; readonly forMs: number; readonly noticedAfterMs: number } & OfNode)
  | ({ readonly kind: 'stop'; readonly forMs: number } & OfNode)
  | ({ readonly kind: 'pause'; readonly forMs: number } & OfNode)
  | ({ readonly kind: 'moveLeader'; readonly node: number } & OfPartition)
  /** No leader for a while. */
  | ({ readonly kind: 'noLeader'; readonly forMs: number; readonly node: number } & OfPartition)
  /** Only the leader is in sync. */
  | ({ readonly kind: 'shrinkIsr'; readonly forMs: number } & OfPartition)
  /** The followers get nothing; at the end another one leads, which has lost what was not replicated. */
  | ({ readonly kind: 'loseTail'; readonly forMs: number; readonly node: number } & OfPartition)
  /** Answers of Produce say this for a partition, so often. */
  | ({
      readonly kind: 'refuse'
      readonly code: ErrorCode
      readonly times: number
      readonly appended: boolean
    } & OfPartition)
  /** The next Produce requests, at whichever broker, have these verdicts. */
  | { readonly kind: 'verdicts'; readonly at: number; readonly verdicts: readonly Verdict[] }
  /** Every leader was stopped in good order and started again: of each producer it knows the last batch only. */
  | { readonly kind: 'forgetEarlier'; readonly at: number }
  /** The coordinator of the transactions moves, or there is none for a while. */
  | ({ readonly kind: 'moveCoordinator'; readonly forMs: number } & OfNode)
  /** Transactions end late: until then the coordinator answers CONCURRENT_TRANSACTIONS. */
  | { readonly kind: 'holdMarkers'; readonly at: number; readonly forMs: number }
  | { readonly kind: 'timeOutTransaction'; readonly at: number }
  /** The connection of one request ends; the request was read, and is served after a while. */
  | {
      readonly kind: 'serveLate'
      readonly at: number
      readonly api: 'EndTxn' | 'AddPartitionsToTxn'
      readonly ms: number
    }
  /** So many answers are lost with their connection, after the request was served or before. */
  | {
      readonly kind: 'loseAnswer'
      readonly at: number
      readonly api: LosableApi
      readonly served: boolean
      readonly times: number
    }
  /** So many requests are never answered. */
  | {
      readonly kind: 'hang'
      readonly at: number
      readonly api: LosableApi
      readonly served: boolean
      readonly times: number
    }
  | {
      readonly kind: 'throttle'
      readonly at: number
      readonly forMs: number
      readonly throttleMs: number
    }
  /** Metadata is answered as it is now. */
  | { readonly kind: 'staleMetadata'; readonly at: number; readonly forMs: number }
  | {
      readonly kind: 'hideTopic'
      readonly at: number
      readonly topic: string
      readonly forMs: number
    }
  | { readonly kind: 'grow'; readonly at: number; readonly topic: string; readonly by: number }
  /** The topic is deleted, and after a while created again. */
  | {
      readonly kind: 'recreate'
      readonly at: number
      readonly topic: string
      readonly forMs: number
    }
  /** Producer ids expire, where the producer holds nothing: a broker keeps them for a day, and no record is retried so long. */
  | { readonly kind: 'forgetProducers'; readonly at: number }

export type LosableApi =
  | 'Produce'
  | 'Metadata'
  | 'InitProducerId'
  | 'ApiVersions'
  | 'FindCoordinator'
  | 'AddPartitionsToTxn'
  | 'AddOffsetsToTxn'
  | 'TxnOffsetCommit'
  | 'EndTxn'
