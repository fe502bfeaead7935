import type { ConnectionEvent, RequestEvent } from '@sluice/network'
import type { ProducerObserver } from '@sluice/producer'
import { produceApi } from '@sluice/protocol'
import type { Address } from './read-back/broker-connection.js'

/** Counts what a producer does. An observer needs no more than the methods that it is interested in. */
export class Observations implements ProducerObserver {
  /** Requests that have ended, of every API. */
  requests = 0
  produceRequests = 0
  /** Batches that were filled and handed to the sender. */
  batches = 0
  /** Connections that became ready. */
  connections = 0
  /** The brokers at the other end of these connections. */
  readonly addresses: Address[] = []

  request({ api }: RequestEvent): void {
    this.requests++
    if (api === produceApi.name) this.produceRequests++
  }

  sealed(): void {
    this.batches++
  }

  connection({ state, address }: ConnectionEvent): void {
    if (state !== 'ready') return
    this.connections++
    this.addresses.push(addressOf(address))
  }
}

/** `host:port`, with an IPv6 address in brackets. */
function addressOf(text: string): Address {
  const colon = text.lastIndexOf(':')
  const host = text.slice(0, colon).replaceAll(/^\[|\]$/g, '')
  return { host, port: Number(text.slice(colon + 1)) }
}
