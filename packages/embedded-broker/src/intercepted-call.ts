import type { EmbeddedAnswer, EmbeddedApiName, EmbeddedRequest } from './api-names.js'

/** A request on its way to a broker, and what an interceptor can do with it. */
export interface InterceptedCall<Name extends EmbeddedApiName = EmbeddedApiName> {
  /** The API, by Kafka's name. */
  readonly api: Name
  /** The version of the API in which the request came. */
  readonly version: number
  /** The body of the request, decoded. */
  readonly request: EmbeddedRequest<Name>
  /** The node id of the broker that received the request. */
  readonly nodeId: number
  /** The number of the connection. Each broker counts its connections from 1 on. */
  readonly connection: number
  /** The client id of the request header. */
  readonly clientId: string | null
  /** Aborted when the connection is closed. */
  readonly signal: AbortSignal
  /** The name of the topic with this id. Undefined when no topic has it. */
  topicName(id: string): string | undefined
  /**
   * Lets the broker handle the request, as it came or another one in its place. Nothing is sent to the client yet.
   *
   * @returns The answer of the broker, `null` when it gives none (`acks: 0`).
   */
  serve(request?: EmbeddedRequest<Name>): Promise<EmbeddedAnswer<Name> | null>
  /** Resolves after that many milliseconds. Ends the call when the connection is closed before. */
  delay(ms: number): Promise<void>
  /** Never answers this request, nor any later one of this connection. Ends the call when the connection is closed. */
  hang(): Promise<never>
  /** Closes the connection without an answer and ends the call. Closes it by a TCP reset when `reset` is true. */
  close(options?: { readonly reset?: boolean }): never
}

/**
 * A function that stands between the clients and the brokers. The value that it returns decides the answer:
 *
 * - `undefined`: the answer of the broker, which handles the request now unless `serve` was called;
 * - a body: this answer, the broker's own or another;
 * - bytes: these bytes as they are, so the length of the frame is up to you;
 * - `null`: no answer, and the connection stays open.
 *
 * An error that it throws closes the connection, and `cluster.close()` rejects with it, so that no test passes by
 * mistake.
 */
export type Interceptor<Name extends EmbeddedApiName = EmbeddedApiName> = (
  call: InterceptedCall<Name>,
) => Intercepted<Name> | Promise<Intercepted<Name>>

/** What an {@link Interceptor} returns. */
export type Intercepted<Name extends EmbeddedApiName> =
  | EmbeddedAnswer<Name>
  | Uint8Array
  | null
  // An interceptor that only looks returns nothing.
  // oxlint-disable-next-line typescript/no-invalid-void-type
  | void

/** Which requests an interceptor sees. */
export interface InterceptOptions {
  /** Only requests to the broker with this node id.
   *  @defaultValue all brokers */
  readonly broker?: number
  /** After how many requests the interceptor is removed.
   *  @defaultValue never */
  readonly times?: number
}

/** Thrown by `close` and `hang`: the connection is to be closed on purpose, or is closed already. It is no failure. */
export class ConnectionEnd extends Error {
  readonly reset: boolean

  constructor(reset = false) {
    super('the connection was closed on purpose')
    this.reset = reset
  }
}
