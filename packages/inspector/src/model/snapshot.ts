import type { Queues } from './queues.js'

/**
 * All that the page shows of one moment. It is whole in itself, so a page that misses some shows the next one rightly. It has names of
 * topics, addresses and codes, and nothing of what is in records.
 */
export interface Snapshot {
  /** Milliseconds since 1970. */
  readonly at: number
  /** The number of the producer in its process. */
  readonly producer: number
  /** Why the producer is ready, or is not. */
  readonly reason: string
  /** Whether it can deliver. */
  readonly isReady: boolean
  readonly records: RecordTotals
  /** Per second, over the last second. */
  readonly rates: Rates
  readonly memory: Memory
  readonly latency: Latency
  /** Milliseconds from the first record of a batch to the hand-over of its first request, in the last minute. */
  readonly queueTime: Percentiles
  readonly queues: Queues
  /** In ascending order of their ids. */
  readonly brokers: readonly BrokerSnapshot[]
  /** The busiest topics. */
  readonly topics: readonly TopicSnapshot[]
  /** How many topics are not among `topics`. */
  readonly otherTopics: number
  readonly transactions: Transactions | null
  /** What waits, and why: the most important first. */
  readonly reasons: readonly Reason[]
  /** The newest last. */
  readonly events: readonly PipelineEvent[]
}

/** Since the beginning of the producer, but for `pending` and `waiting`. */
export interface RecordTotals {
  readonly sent: number
  readonly acknowledged: number
  readonly failed: number
  readonly retried: number
  readonly pending: number
  readonly waiting: number
  readonly oldestMs: number | null
  readonly errors: Readonly<Record<string, number>>
}

export interface Rates {
  readonly sent: number
  readonly acknowledged: number
  readonly failed: number
  readonly retried: number
  readonly requests: number
  readonly bytesOut: number
}

/** In bytes. */
export interface Memory {
  readonly total: number
  readonly used: number
  /** What waiting records hold beside `total`. */
  readonly waiting: number
}

/** In milliseconds; null where nothing was measured. */
export interface Percentiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
}

/** Of Produce requests: the percentiles of all in the last minute, and how a sample of the last ten seconds is spread. */
export interface Latency extends Percentiles {
  /** How many of the sample took up to `2 ** (index - 2)` ms, and longer than the bucket before. */
  readonly buckets: readonly number[]
}

export interface BrokerSnapshot {
  readonly id: number
  readonly address: string | null
  /** The number of its newest connection; null where it is not known yet. */
  readonly connection: number | null
  readonly isConnected: boolean
  /** Why its last connection was closed or could not be made; null where it was for no fault of the broker. */
  readonly closedFor: string | null
  readonly requestsInFlight: number
  /** For how long it has answered nothing while requests were in flight, in ms; 0 where it answers. */
  readonly silentMs: number
  /** For how long it still wants to be sent nothing, in ms. */
  readonly throttledMs: number
  readonly latencyAvg: number | null
  /** Requests of any kind a second. */
  readonly requestRate: number
  /** Requests that were not answered. */
  readonly unanswered: number
}

export interface TopicSnapshot {
  readonly name: string
  /** Records a second that were acknowledged. */
  readonly rate: number
  readonly acknowledged: number
  readonly failed: number
  readonly retried: number
}

export interface Transactions {
  /** Whether one is open. */
  readonly isOpen: boolean
  readonly committed: number
  readonly aborted: number
}

/** A sentence is made of it by the page. */
export type Reason =
  | {
      readonly kind: 'silent'
      readonly node: number
      readonly ms: number
      readonly batches: number
    }
  | {
      readonly kind: 'disconnected'
      readonly node: number
      readonly code: string | null
      readonly batches: number
    }
  | {
      readonly kind: 'throttled'
      readonly node: number
      readonly ms: number
      readonly batches: number
    }
  | { readonly kind: 'leaderless'; readonly partitions: number; readonly batches: number }
  | { readonly kind: 'memory'; readonly records: number }
  | { readonly kind: 'metadata'; readonly records: number }
  | { readonly kind: 'filling'; readonly batches: number }
  | { readonly kind: 'answers'; readonly requests: number }

export interface PipelineEvent {
  /** Counted from 1. */
  readonly id: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly kind:
    | 'silence'
    | 'retry'
    | 'failure'
    | 'throttle'
    | 'leader'
    | 'connection'
    | 'metadata'
    | 'transaction'
  /** Codes, addresses, names of topics and numbers in one sentence. */
  readonly text: string
}
