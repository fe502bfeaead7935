import type { ErrorCode } from '@sluice/protocol'
import type { ConnectionEvent } from '../observer.js'
import type { NetworkRuntime } from '../runtime.js'
import { formatAddress, type ServerAddress } from '../server-address.js'
import { type FinalizedFeatures, unknownFeatures } from './connection-deps.js'
import type { InFlightRequest } from './in-flight-request.js'

/** What events tell of the connection. */
export interface ObservedConnection {
  readonly id: number
  readonly owner: { readonly id: number }
}

/** What events about the connection itself tell besides. */
export interface ObservedState extends ObservedConnection {
  readonly address: ServerAddress
  readonly openedAt: number
  /** Null before the broker has said what it speaks. */
  readonly versions: { readonly features: FinalizedFeatures } | null
}

/** Tells the observer that a request has ended. Makes nothing where there is no observer of requests. */
export function observeRequest(
  runtime: NetworkRuntime,
  connection: ObservedConnection,
  request: InFlightRequest,
  bytesReceived: number,
  errorCode: ErrorCode | null,
): void {
  const { observer } = runtime
  if (observer?.request === undefined) return
  const { apiName: api, bytesSent, sentAt, throttleMs, version, written } = request
  const at = runtime.now()
  observer.request({
    api,
    version,
    node: connection.owner.id,
    connectionId: connection.id,
    bytesSent,
    bytesReceived,
    at,
    durationMs: written ? at - sentAt : 0,
    throttleMs,
    errorCode,
  })
}

/** Tells the observer of a new state of a connection. Makes nothing where there is no observer of connections. */
export function observeConnection(
  runtime: NetworkRuntime,
  connection: ObservedState,
  state: ConnectionEvent['state'],
  errorCode: ErrorCode | null = null,
): void {
  const { observer } = runtime
  if (observer?.connection === undefined) return
  const at = runtime.now()
  observer.connection({
    state,
    node: connection.owner.id,
    connectionId: connection.id,
    address: formatAddress(connection.address),
    at,
    durationMs: at - connection.openedAt,
    errorCode,
    features: (connection.versions?.features ?? unknownFeatures).levels,
  })
}
