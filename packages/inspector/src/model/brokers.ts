import type { ConnectionMessage, ProducerMetrics, RequestMessage } from '@sluice/producer'
import { RateWindow } from './rate-window.js'
import type { BrokerSnapshot } from './snapshot.js'

/** What is known of one broker. */
class Broker {
  address: string | null = null
  connection: number | null = null
  closedFor: string | null = null
  /** Until when it wants to be sent nothing. */
  throttledUntil = 0
  readonly #rates = new RateWindow<'requests'>()
  #answered = -1
  #quietSince = 0

  snapshot(id: number, metrics: ProducerMetrics['brokers'][string], now: number): BrokerSnapshot {
    const { requestTotal, requestErrorTotal, requestsInFlight, connectionCount } = metrics
    if (requestTotal !== this.#answered || requestsInFlight === 0) this.#quietSince = now
    this.#answered = requestTotal
    return {
      id,
      address: this.address,
      connection: this.connection,
      isConnected: connectionCount > 0,
      closedFor: connectionCount > 0 ? null : this.closedFor,
      requestsInFlight,
      silentMs: now - this.#quietSince,
      throttledMs: Math.max(0, this.throttledUntil - now),
      latencyAvg: metrics.requestLatencyAvg ?? null,
      requestRate: this.#rates.add(now, { requests: requestTotal }).requests,
      unanswered: requestErrorTotal,
    }
  }
}

/** Joins what the figures say of the brokers with what the channels say. Times are milliseconds of one clock. */
export class Brokers {
  readonly #brokers = new Map<number, Broker>()

  request({ node, connectionId, throttleMs }: RequestMessage, now: number): void {
    if (node < 0) return
    const broker = this.#of(node)
    if (connectionId > 0) broker.connection = connectionId
    if (throttleMs > 0) broker.throttledUntil = now + throttleMs
  }

  connection({ node, connectionId, state, address, errorCode }: ConnectionMessage): void {
    if (node < 0) return
    const broker = this.#of(node)
    if (state === 'closed') broker.closedFor = errorCode
    else Object.assign(broker, { address, connection: connectionId, closedFor: null })
  }

  /** Those that the figures no longer have are forgotten. */
  snapshot(brokers: ProducerMetrics['brokers'], now: number): BrokerSnapshot[] {
    for (const id of this.#brokers.keys()) if (!(id in brokers)) this.#brokers.delete(id)
    return Object.entries(brokers)
      .map(([id, metrics]) => this.#of(Number(id)).snapshot(Number(id), metrics, now))
      .sort((a, b) => a.id - b.id)
  }

  #of(node: number): Broker {
    const broker = this.#brokers.get(node) ?? new Broker()
    this.#brokers.set(node, broker)
    return broker
  }
}
