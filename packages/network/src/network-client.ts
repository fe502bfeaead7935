import type { Api, KafkaError } from '@sluice/protocol'
import type { ClusterMetadata } from './cluster-metadata.js'

/**
 * Connections to the brokers of one cluster, one a broker (Kafka's `NetworkClient`). It knows nothing
 * of batches or retries: a request is answered once, with a response or with an error.
 */
export interface NetworkClient {
  readonly metadata: ClusterMetadata
  /**
   * True when a request to this node can go out now: connected, versions known, fewer than
   * `maxInFlight` requests unanswered, not throttled. Otherwise it starts connecting, unless the
   * node's back-off forbids; `onChange` tells when the answer may have become true.
   */
  ready(node: number): boolean
  /** Requests to this node that are not answered. */
  inFlight(node: number): number
  /** A number of its own for each connection; 0 while the node has none. */
  connectionId(node: number): number
  /**
   * Why this node cannot be used for good: the last attempt to connect was refused, as wrong credentials are. What waits
   * for it may fail now. Null otherwise, and while the next attempt is made.
   */
  authenticationFailure?(node: number): KafkaError | null
  /** The node to ask what any broker can answer: ready now and with the fewest requests in flight. Null (and starts connecting) while there is none. */
  leastLoadedNode(): number | null
  /**
   * Queues a request; `poll` writes it. `onAnswer` is called exactly once, never before `send` has
   * returned. Only for a node that is `ready`.
   */
  send<Request, Response>(
    node: number,
    request: OutgoingRequest<Request, Response>,
    onAnswer: (answer: Answer<Response>) => void,
  ): void
  /** Writes all that was queued since the last call, one vectored write a connection. */
  poll(): void
  /**
   * Closes a connection once nothing has come on it for `ms`, unless the broker answers all that it owes now: for a broker
   * that the cluster has put another in place of. Its requests get CONNECTION_CLOSED with this reason. By the
   * number of the connection, since the node may have another one, or be gone, by then; an old number does nothing.
   */
  closeIfSilent(connectionId: number, ms: number, reason: string): void
  /** Called when a node became ready or lost, a back-off ended, or the metadata changed. */
  onChange(listener: () => void): void
  /**
   * Resolves with the first metadata of the cluster. Rejects when every bootstrap server was tried and
   * none served, with the last one's failure as `cause`; at once when one refuses the credentials. Optional: the first `ready` or wanted topic connects too.
   */
  connect(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Closes every connection; what is unanswered gets CONNECTION_CLOSED. Idempotent. */
  close(): Promise<void>
}

/** `Request` is what encoding takes: fields with a default may be left out. */
export interface OutgoingRequest<Request, Response> {
  readonly api: Api<unknown, Response, Request, never>
  /** Caps the version below what client and broker have in common. */
  readonly maxVersion?: number
  /** Makes the body, once the connection's version is known. */
  build(version: number): Request
  /** False for Produce with `acks: 0`: such a request is answered with `response: null` once it is written. */
  readonly expectsAnswer: boolean
}

/** `written`: whether any byte of the request may have reached the socket, so whether the broker may have acted on it. */
export type Answer<Response> =
  | { readonly error: null; readonly response: Response | null; readonly version: number }
  | { readonly error: KafkaError; readonly response: null; readonly written: boolean }
