import type { Api, KafkaError } from '@sluice/protocol'
import type { ClusterMetadata } from './cluster-metadata.js'

/**
 * Connections to the brokers of one cluster, one for each broker (Kafka's `NetworkClient`). It knows nothing
 * of batches or retries: a request is answered once, with a response or with an error.
 */
export interface NetworkClient {
  /** The topics, leaders and features of the cluster. */
  readonly metadata: ClusterMetadata
  /**
   * True when a request to this node can go out now: connected, versions known, fewer than
   * `maxInFlight` requests unanswered, not throttled. Otherwise it starts connecting, unless the
   * node's back-off forbids; `onChange` tells when the answer may have become true.
   */
  ready(node: number): boolean
  /** How many requests to this node are not answered. */
  inFlight(node: number): number
  /** The number of the node's connection, another one for each connection; 0 while the node has none. */
  connectionId(node: number): number
  /**
   * Why this node cannot be used for good: it refused the credentials at the last attempt to connect, or TLS was refused by
   * one of the two sides. Everything that waits for it may fail now. Null otherwise, and while the next attempt is made.
   */
  authenticationFailure?(node: number): KafkaError | null
  /**
   * Why nothing can be sent to this node now: it cannot be reached at the address that it advertises, it throttles the client,
   * or it does not answer. Null where it can be used, and where nothing is known.
   */
  nodeFailure?(node: number): KafkaError | null
  /**
   * The node for a request that any broker can answer: ready now, with the fewest requests in flight. Null while there is
   * none, and then it starts connecting.
   */
  leastLoadedNode(): number | null
  /**
   * A node that is ready now and whose broker has the API, for requests that are worth no connection of their own: none is opened
   * for it. Null while there is none. A client without this method has no such node.
   */
  connectedNode?(api: SpokenApi): number | null
  /**
   * Queues a request; `poll` writes it. `onAnswer` is called exactly once, never before `send` has
   * returned. Only for a node that is `ready`.
   */
  send<Request, Response>(
    node: number,
    request: OutgoingRequest<Request, Response>,
    onAnswer: (answer: Answer<Response>) => void,
  ): void
  /** Writes all that was queued since the last call, in one vectored write for each connection. */
  poll(): void
  /**
   * Closes a connection once nothing has come on it for `ms`, unless the broker answers all that it owes now: for a broker
   * that another one has replaced as a leader. Its requests get CONNECTION_CLOSED with this reason. The connection is named
   * by its number, since the node may have another connection, or be gone, by then. An old number does nothing.
   */
  closeIfSilent(connectionId: number, ms: number, reason: string): void
  /** Adds a listener that is called when a node became ready or was lost, a back-off ended, or the metadata changed. */
  onChange(listener: () => void): void
  /**
   * Resolves once a broker of the cluster is connected at the address that it advertises. Rejects with CONNECTION_FAILED when
   * every bootstrap server was tried without success, or the cluster answers and none of its brokers can be reached, with the
   * last failure as `cause`, or with TLS_AUTHENTICATION_FAILED where each of them was refused over its certificate or the like;
   * at once when a server refuses the credentials; with ABORTED when the signal aborts. Optional: the first `ready` or wanted
   * topic connects, too.
   */
  connect(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Closes every connection; what is unanswered gets CONNECTION_CLOSED. Idempotent. */
  close(): Promise<void>
}

/** As much of an API, like `produceApi`, as says whether a broker has it. */
export type SpokenApi = Pick<Api<unknown, unknown>, 'key' | 'name' | 'minVersion' | 'maxVersion'>

/** A request to send. `Request` is the type that encoding takes: fields with a default may be left out. */
export interface OutgoingRequest<Request, Response> {
  /** The API, like `produceApi`. */
  readonly api: Api<unknown, Response, Request, never>
  /** Caps the version below what client and broker have in common. */
  readonly maxVersion?: number
  /** Makes the body, once the connection's version is known. */
  build(version: number): Request
  /** False for Produce with `acks: 0`: such a request is answered with `response: null` once it is written. */
  readonly expectsAnswer: boolean
}

/** The one answer to a request. */
export type Answer<Response> = SucceededAnswer<Response> | FailedAnswer

/** The answer that came. */
export interface SucceededAnswer<Response> {
  /** Errors inside the response are not looked at. */
  readonly error: null
  /** Null for a request that expects no answer. */
  readonly response: Response | null
  /** The version in which request and response were written. */
  readonly version: number
}

/** The error that takes the place of an answer. */
export interface FailedAnswer {
  /** Why no answer came. */
  readonly error: KafkaError
  /** There is none. */
  readonly response: null
  /** Whether any byte of the request may have reached the socket, so that the broker may have acted on it. */
  readonly written: boolean
}
