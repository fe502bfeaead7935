import type { ErrorCode } from '@sluice/protocol'

/** What a broker does with one Produce request. */
export type Verdict =
  | { readonly do: 'serve' }
  /** It serves the request after a while. Those behind it on the connection wait, as in Kafka. */
  | { readonly do: 'delay'; readonly ms: number }
  /** It writes none of the batches of a partition, or of all, and says why. `records` are those that it names. */
  | {
      readonly do: 'refuse'
      readonly code: ErrorCode
      readonly partition?: number
      readonly records?: readonly number[]
    }
  /** It writes the batches, and answers an error. */
  | { readonly do: 'append'; readonly code: ErrorCode; readonly partition?: number }
  /** The connection ends, before the request is served or after. */
  | { readonly do: 'lose'; readonly served: boolean }
  /** The connection ends; the request was read, and is served after a while. */
  | { readonly do: 'serveLate'; readonly ms: number }
  /** The answer does not name one of the partitions. */
  | { readonly do: 'omit'; readonly served: boolean }
  /** It never answers, and serves nothing more of the connection. */
  | { readonly do: 'hang'; readonly served: boolean }

/** What a broker does with one request of another kind. */
export type RequestVerdict =
  | { readonly do: 'serve' }
  | { readonly do: 'delay'; readonly ms: number }
  /** It does nothing, and says why. */
  | { readonly do: 'refuse'; readonly code: ErrorCode }
  /** It answers InitProducerId without an error, and gives no producer id. For other requests it means that they are done. */
  | { readonly do: 'giveNothing' }
  | { readonly do: 'lose'; readonly served: boolean }
  | { readonly do: 'serveLate'; readonly ms: number }
