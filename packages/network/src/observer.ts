import type { ErrorCode } from '@sluice/protocol'

/**
 * Hears what a network client does. Every method is optional, and an event is made only where its method exists. A method
 * is called at once, after the change that the event describes, and must not throw. Events are plain data that survives
 * `structuredClone`, and hold nothing of records or credentials.
 */
export interface NetworkObserver {
  /** A request was answered, or has failed. */
  request?(event: RequestEvent): void
  /** A connection was opened, became ready, or was closed. */
  connection?(event: ConnectionEvent): void
  /** The metadata has changed. */
  metadata?(event: MetadataEvent): void
}

/** The end of one request. */
export interface RequestEvent {
  /** Kafka's name of the API, like `Produce`. */
  readonly api: string
  /** The version that the request was sent in; −1 where it ended before one was chosen. */
  readonly version: number
  /** The id of the broker; below zero for a bootstrap server. */
  readonly node: number
  /** The number of the connection, counted from 1 in each client; 0 where the node had none. */
  readonly connectionId: number
  /** Bytes of the request with its length; 0 where it was not sent. */
  readonly bytesSent: number
  /** Bytes of the answer with its length; 0 where none came. */
  readonly bytesReceived: number
  /** When it ended, in the runtime's monotonic milliseconds. */
  readonly at: number
  /** Milliseconds from the write to the end; 0 where the request was not sent. */
  readonly durationMs: number
  /** For how many milliseconds the broker asks to be sent nothing; 0 where it does not. */
  readonly throttleMs: number
  /** Why no answer came; null for an answer, whatever errors it holds for topics and partitions. */
  readonly errorCode: ErrorCode | null
}

/** A new state of one connection. */
export interface ConnectionEvent {
  /**
   * `ready` means set up: connected, versions agreed, authenticated. `identified` may follow where the connection was made to
   * a bootstrap server: from now on `node` is the broker that has turned out to be at the other end.
   */
  readonly state: 'connecting' | 'ready' | 'identified' | 'closed'
  /** The id of the broker; below zero for a bootstrap server. */
  readonly node: number
  /** The number of the connection, counted from 1 in each client. */
  readonly connectionId: number
  /** `host:port`, as the client was told to connect to. */
  readonly address: string
  /** When it came to this state, in the runtime's monotonic milliseconds. */
  readonly at: number
  /** Milliseconds since the connection was begun; 0 for `connecting`. */
  readonly durationMs: number
  /** Why the connection was closed; null for the other states, and where the client closed it for no fault of the broker. */
  readonly errorCode: ErrorCode | null
  /** The finalized features that its broker knows, by name, with their levels; empty before `ready`. */
  readonly features: ReadonlyMap<string, number>
}

/** What the metadata has come to. */
export interface MetadataEvent {
  /** As in `ClusterMetadata`. */
  readonly version: number
  /** How many topics are known, refused ones included. */
  readonly topics: number
  /** How many brokers the cluster has named. */
  readonly brokers: number
}
