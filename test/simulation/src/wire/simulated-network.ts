import type { EmbeddedClientStream, EmbeddedListen } from '@sluice/embedded-broker'
import type { ByteStream, ConnectTarget, Transport } from '@sluice/network'
import type { SimulatedTime } from '../time/simulated-time.js'
import type { Trace } from '../trace.js'
import { Connection } from './connection.js'
import { fairWeather, type Weather } from './weather.js'
import type { WireTap } from './wire-tap.js'

/** What the network needs. */
export interface SimulatedNetworkDeps {
  readonly time: SimulatedTime
  readonly random: () => number
  readonly trace: Trace
  /** Listens to a connection. */
  tap(node: number, connection: number): WireTap
}

/** One broker as the network sees it. */
interface Place {
  readonly weather: Weather
  readonly connections: Set<Connection>
  /** Which of its addresses the broker has now. */
  address: number
  accept: ((client: EmbeddedClientStream) => void) | null
}

const firstPort = 9_092
/** In the place of a node id. */
const nobody = -1

function nameOf(nodeId: number): string {
  return `broker-${nodeId}`
}

/** The ways between the simulated process and the brokers. */
export class SimulatedNetwork implements Transport {
  readonly #deps: SimulatedNetworkDeps
  readonly #places = new Map<number, Place>()
  /** Where the names of brokers lead now, as far as not to these brokers. */
  readonly #misdirected = new Map<number, number>()
  /** The connections that lead to another broker than their name says. */
  readonly #astray = new Set<Connection>()
  #connections = 0
  /** Connections of which the client has not heard that they have ended. */
  open = 0

  constructor(deps: SimulatedNetworkDeps) {
    this.#deps = deps
  }

  /** Takes the place of a broker's TCP listener. */
  readonly listen: EmbeddedListen = async (nodeId, _port, accept) => {
    const place = this.place(nodeId)
    place.accept = accept
    return {
      host: `${nameOf(nodeId)}-at-${place.address}`,
      port: firstPort + nodeId,
      close: async () => {
        place.accept = null
      },
    }
  }

  place(nodeId: number): Place {
    let place = this.#places.get(nodeId)
    if (place === undefined) {
      place = { weather: fairWeather(), connections: new Set(), address: 1, accept: null }
      this.#places.set(nodeId, place)
    }
    return place
  }

  /** The names of brokers, which stay the same when a broker changes its address. */
  bootstrapServers(brokers: number): string[] {
    return Array.from({ length: brokers }, (_, nodeId) => `${nameOf(nodeId)}:${firstPort + nodeId}`)
  }

  /** From its next start on, the broker tells clients another address. Nobody is at the old one. */
  changeAddress(nodeId: number): void {
    this.place(nodeId).address++
  }

  /**
   * @returns what ends it, and the connections that were made meanwhile: a client cannot know that it talks to another
   * broker (KIP-1242 will tell), and the producer would keep them as long as they work
   */
  misdirect(nodeId: number, to: number): () => void {
    this.#misdirected.set(nodeId, to)
    return () => {
      this.#misdirected.delete(nodeId)
      for (const connection of this.#astray) connection.cut()
      this.#astray.clear()
    }
  }

  connect({ host, port, signal }: ConnectTarget): Promise<ByteStream> {
    const meant = port - firstPort
    const nodeId = this.#misdirected.get(meant) ?? meant
    if (nodeId < 0) return Promise.reject(new Error(`getaddrinfo ENOTFOUND ${host}`))
    const place = this.place(nodeId)
    const isThere = !host.includes('-at-') || host.endsWith(`-at-${this.place(meant).address}`)
    this.#deps.trace.event('connect', nodeId)
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason)
      const { time } = this.#deps
      if (signal.aborted) return abort()
      signal.addEventListener('abort', abort, { once: true })
      time.inWorld(this.#trip(place), () =>
        this.#knock(place, isThere ? nodeId : nobody, signal, (connection) => {
          time.loop.fromSocket(time.now + this.#trip(place), () => {
            signal.removeEventListener('abort', abort)
            if (connection === null) reject(new Error(`connect ECONNREFUSED ${host}`))
            else if (signal.aborted) connection.clientEnd.destroy()
            else {
              if (nodeId !== meant) this.#astray.add(connection)
              resolve(connection.clientEnd)
              // It was on its way when the names were right again.
              if (nodeId !== (this.#misdirected.get(meant) ?? meant)) connection.cut()
            }
          })
        }),
      )
    })
  }

  #trip({ weather: { fromMs, toMs } }: Place): number {
    return fromMs + this.#deps.random() * (toMs - fromMs)
  }

  /** A broker that is not there refuses; a black hole says nothing. */
  #knock(
    place: Place,
    nodeId: number,
    signal: AbortSignal,
    answer: (connection: Connection | null) => void,
  ): void {
    if (place.weather.isBlackHole || signal.aborted) return
    const { accept } = place
    if (accept === null || nodeId === nobody) return answer(null)
    const connection = this.#connection(place, nodeId)
    accept(connection.brokerEnd)
    answer(connection)
  }

  #connection(place: Place, nodeId: number): Connection {
    const number = ++this.#connections
    this.open++
    this.#deps.trace.event('accept', nodeId, number)
    const connection: Connection = new Connection({
      ...this.#deps,
      weather: place.weather,
      number,
      tap: this.#deps.tap(nodeId, number),
      clientGone: () => void this.open--,
      closed: () => void place.connections.delete(connection),
    })
    place.connections.add(connection)
    return connection
  }
}
