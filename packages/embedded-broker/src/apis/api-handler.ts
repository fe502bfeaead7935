import type { Api } from '@sluice/protocol'
import type { VersionCaps } from '../api-names.js'
import type { ClusterState } from '../cluster/cluster-state.js'

/** What a handler knows of where a request came in. */
export interface RequestContext {
  readonly state: ClusterState
  /** The broker that was asked. */
  readonly nodeId: number
  readonly version: number
  /** The versions that the broker does not go beyond. */
  readonly caps: VersionCaps
  /** Aborted when the connection is gone: nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** How requests of one API are answered. */
export interface ApiHandler<Request, Answer> {
  readonly api: Api<Request, unknown, never, Answer>
  /** The lowest version ApiVersions lists, where that is not the lowest that is spoken. */
  readonly listedFrom?: number
  /** `null` is no answer at all. What is thrown closes the connection. */
  handle(request: Request, context: RequestContext): Answer | null | Promise<Answer | null>
}

/** An {@link ApiHandler} of whichever API: a row of the table in `serve-request.ts`. */
export interface AnyApiHandler {
  readonly api: Api<unknown, unknown, never, never>
  readonly listedFrom?: number
  handle(request: never, context: RequestContext): unknown
}

/** What encoding an API's response takes. */
export type AnswerOf<A extends { readonly response: { write(...parts: never[]): void } }> =
  Parameters<A['response']['write']>[1]
