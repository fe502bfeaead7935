import type { Fault } from './fault.js'

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
  readonly acks?: 'all' | 1 | 0
  /** Whether batches are compressed, which takes a while. */
  readonly isCompressing?: boolean
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
