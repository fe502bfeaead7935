import type { ConnectionEvent, RequestEvent } from '@sluice/network'
import type { ProducerObserver } from '@sluice/producer'
import * as protocol from '@sluice/protocol'
import type { ProducerEmitter } from './emitter.js'
import { events } from './event-names.js'

/** What events name a connection by: the number of its request, and its address. */
interface Connection {
  readonly broker: string
  requests: number
}

const apiKeys: ReadonlyMap<string, number> = new Map(
  Object.values(protocol).flatMap((exported) =>
    isApi(exported) ? [[exported.name, exported.key] as const] : [],
  ),
)

function isApi(exported: unknown): exported is { name: string; key: number; minVersion: number } {
  return typeof exported === 'object' && exported !== null && 'minVersion' in exported
}

/**
 * Tells the listeners of each request, as kafkajs does. The events come at the end of a request. Correlation ids count the requests of
 * a connection. Requests never wait here (records do, in their batches), so `pendingDuration` is 0, and there is no event of a queue.
 */
export class RequestEvents implements ProducerObserver {
  readonly #emitter: ProducerEmitter
  readonly #clientId: string
  readonly #connections = new Map<number, Connection>()

  constructor(emitter: ProducerEmitter, clientId: string) {
    this.#emitter = emitter
    this.#clientId = clientId
  }

  connection({ state, connectionId, address }: ConnectionEvent): void {
    if (state === 'closed') this.#connections.delete(connectionId)
    else if (state === 'connecting')
      this.#connections.set(connectionId, { broker: address, requests: 0 })
  }

  request(event: RequestEvent): void {
    const connection = this.#connections.get(event.connectionId)
    if (connection === undefined) return
    const correlationId = connection.requests++
    const isTimeout = event.errorCode === 'REQUEST_TIMEOUT'
    if (event.errorCode !== null && !isTimeout) return
    const name = isTimeout ? events.REQUEST_TIMEOUT : events.REQUEST
    if (!this.#emitter.isListened(name)) return
    const sentAt = Date.now() - Math.round(event.durationMs)
    this.#emitter.emit(name, {
      broker: connection.broker,
      clientId: this.#clientId,
      correlationId,
      ...(isTimeout ? {} : { size: Math.max(0, event.bytesReceived - 4) }),
      createdAt: sentAt,
      sentAt,
      pendingDuration: 0,
      ...(isTimeout ? {} : { duration: Math.round(event.durationMs) }),
      apiName: event.api,
      apiKey: apiKeys.get(event.api) ?? -1,
      apiVersion: event.version,
    })
  }
}
