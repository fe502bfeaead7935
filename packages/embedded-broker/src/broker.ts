import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { BrokerConnection } from './broker-connection.js'
import type { ClusterState } from './cluster-state.js'
import type { EmbeddedClusterLogger } from './options.js'
import { serveRequest } from './serve-request.js'

const host = '127.0.0.1'

/** One node of the cluster: a listener on loopback, its connections, and what it counts. */
export class Broker {
  readonly nodeId: number
  readonly #state: ClusterState
  readonly #logger: EmbeddedClusterLogger
  readonly #server: Server
  readonly #connections = new Set<BrokerConnection>()
  readonly #requests = new Map<string, number>()
  #accepted = 0

  constructor(nodeId: number, state: ClusterState, logger: EmbeddedClusterLogger) {
    this.nodeId = nodeId
    this.#state = state
    this.#logger = logger
    this.#server = createServer((socket) => this.#accept(socket))
  }

  get openConnections(): number {
    return this.#connections.size
  }

  get acceptedConnections(): number {
    return this.#accepted
  }

  /** Requests received, of one API or of all. */
  requestCount(api?: string): number {
    if (api !== undefined) return this.#requests.get(api) ?? 0
    return [...this.#requests.values()].reduce((sum, count) => sum + count, 0)
  }

  /** Listens on a port that the system chooses, and enters it in the cluster's state. */
  async listen(): Promise<void> {
    this.#server.listen({ host, port: 0 })
    await once(this.#server, 'listening')
    const { port } = this.#server.address() as AddressInfo
    const { nodeId } = this
    this.#state.endpoints.set(nodeId, { nodeId, host, port, rack: this.#state.rackOf(nodeId) })
  }

  /** Resolves when the listener and every connection are gone. */
  async close(): Promise<void> {
    this.#state.endpoints.delete(this.nodeId)
    const closed = new Promise((resolve) => this.#server.close(resolve))
    await Promise.all([...this.#connections].map((connection) => connection.close()))
    await closed
  }

  #accept(socket: Socket): void {
    this.#accepted++
    const connection = new BrokerConnection(
      socket,
      (frame, signal) => this.#serve(frame, signal),
      (error) => this.#logger.warn(`broker ${this.nodeId} closed a connection: ${String(error)}`),
    )
    this.#connections.add(connection)
    socket.on('close', () => this.#connections.delete(connection))
  }

  #serve(frame: Uint8Array, signal: AbortSignal): Promise<Uint8Array[] | null> {
    const onRequest = (api: string) => {
      this.#requests.set(api, this.requestCount(api) + 1)
    }
    return serveRequest(frame, { state: this.#state, nodeId: this.nodeId, signal, onRequest })
  }
}
