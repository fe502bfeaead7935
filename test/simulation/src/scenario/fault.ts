import type { ErrorCode } from '@sluice/protocol'
import type { RequestVerdict, Verdict } from './verdict.js'

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
  /** The broker is stopped, and started again at another address. */
  | ({ readonly kind: 'changeAddress'; readonly forMs: number } & OfNode)
  /** The name of the broker resolves to another broker, or with -1 to none. */
  | ({ readonly kind: 'misdirect'; readonly forMs: number; readonly to: number } & OfNode)
  /** One of the two log directories of the broker fails; the controller gives its partitions to others after a while. */
  | ({
      readonly kind: 'diskFull'
      readonly forMs: number
      readonly directory: 0 | 1
      readonly noticedAfterMs: number
    } & OfNode)
  | ({ readonly kind: 'pause'; readonly forMs: number } & OfNode)
  | ({ readonly kind: 'moveLeader'; readonly node: number } & OfPartition)
  /** No leader for a while. */
  | ({ readonly kind: 'noLeader'; readonly forMs: number; readonly node: number } & OfPartition)
  /** Another broker leads; the one before has not heard of it, tells clients that it leads, and can commit nothing. */
  | ({ readonly kind: 'twoLeaders'; readonly forMs: number; readonly node: number } & OfPartition)
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
  /** The next requests of another kind, at whichever broker, have these verdicts. */
  | {
      readonly kind: 'requestVerdicts'
      readonly at: number
      readonly api: RefusableApi
      readonly verdicts: readonly RequestVerdict[]
    }
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
  /** The controller fails over: until the next one has begun, brokers learn nothing new, and there are no producer ids. */
  | { readonly kind: 'controllerFails'; readonly at: number; readonly forMs: number }
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

/** The requests that can be refused by a {@link RequestVerdict}. */
export type RefusableApi = Exclude<LosableApi, 'Produce' | 'Metadata' | 'ApiVersions'>
