import type { EmbeddedAnswer, EmbeddedApiName, EmbeddedRequest } from './api-names.js'

/** A request on its way to a broker, and what can be done about it. */
export interface InterceptedCall<Name extends EmbeddedApiName = EmbeddedApiName> {
  readonly api: Name
  readonly version: number
  readonly request: EmbeddedRequest<Name>
  /** The broker that was asked. */
  readonly nodeId: number
  /** Counts the connections of that broker, from 1 on. */
  readonly connection: number
  readonly clientId: string | null
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal
  /** The name of a topic that a request names by its id. */
  topicName(id: string): string | undefined
  /**
   * Lets the broker do what it does, with the request as it came or with another one, and gives its answer: `null`
   * where none is due (`acks: 0`). Nothing is sent to the client yet.
   */
  serve(request?: EmbeddedRequest<Name>): Promise<EmbeddedAnswer<Name> | null>
  /** Resolves after that many milliseconds; ends the call when the connection goes before. */
  delay(ms: number): Promise<void>
  /** Never answers, and nothing behind it on this connection either: ends the call when the connection is gone. */
  hang(): Promise<never>
  /** Closes the connection and ends the call: nothing is answered. By a TCP reset where `reset` is true. */
  close(options?: { readonly reset?: boolean }): never
}

/**
 * What is done about a request. What it returns is answered:
 *
 * - nothing (`undefined`): what the broker says, which is asked now unless `serve` was called;
 * - an answer, the broker's own or another;
 * - bytes: written as they are, so the frame's length is up to you;
 * - `null`: no answer, and the connection goes on.
 *
 * What it throws closes the connection, and `cluster.close()` rejects with it: a test does not pass by mistake.
 */
export type Interceptor<Name extends EmbeddedApiName = EmbeddedApiName> = (
  call: InterceptedCall<Name>,
) => Intercepted<Name> | Promise<Intercepted<Name>>

/** See {@link Interceptor}. */
export type Intercepted<Name extends EmbeddedApiName> =
  | EmbeddedAnswer<Name>
  | Uint8Array
  | null
  // An interceptor that only looks returns nothing.
  // oxlint-disable-next-line typescript/no-invalid-void-type
  | void

/** Which requests an interceptor sees. */
export interface InterceptOptions {
  /** Of one broker, by its node id.
   *  @defaultValue of all */
  readonly broker?: number
  /** How many requests, after which it is removed.
   *  @defaultValue all */
  readonly times?: number
}

/** Thrown by `close` and `hang`: the connection is to end, or has ended, and there is nothing to complain of. */
export class ConnectionEnd extends Error {
  readonly reset: boolean

  constructor(reset = false) {
    super('the connection was closed on purpose')
    this.reset = reset
  }
}
