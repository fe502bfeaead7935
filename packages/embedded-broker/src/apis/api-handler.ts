import type { Api } from '@sluice/protocol'
import type { VersionCaps } from '../api-names.js'
import type { ClusterState } from '../cluster/cluster-state.js'

/** What a handler knows of the broker and the connection that received the request. */
export interface RequestContext {
  readonly state: ClusterState
  /** The broker that was asked. */
  readonly nodeId: number
  readonly version: number
  /** The client id of the request header. */
  readonly clientId: string | null
  /** The versions that the broker does not go beyond. */
  readonly caps: VersionCaps
  /** Aborted when the connection is closed, for then no client waits for the answer. */
  readonly signal: AbortSignal
}

/** How requests of one API are answered. */
export interface ApiHandler<Request, Answer> {
  readonly api: Api<Request, unknown, never, Answer>
  /** The lowest version ApiVersions lists, where that is not the lowest that is spoken. */
  readonly listedFrom?: number
  /** Whether brokers of such a cluster have the API; all of them do where it is left out. */
  isOffered?(state: ClusterState): boolean
  /** Answers a request; `null` is no answer. An error that it throws closes the connection. */
  handle(request: Request, context: RequestContext): Answer | null | Promise<Answer | null>
}

/** An {@link ApiHandler} of any API: a row of the table in `serve-request.ts`. */
export interface AnyApiHandler {
  readonly api: Api<unknown, unknown, never, never>
  readonly listedFrom?: number
  isOffered?(state: ClusterState): boolean
  handle(request: never, context: RequestContext): unknown
}

/** The body that the encoder of a response takes. */
export type AnswerOf<A extends { readonly response: { write(...parts: never[]): void } }> =
  Parameters<A['response']['write']>[1]
