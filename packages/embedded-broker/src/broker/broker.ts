import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { requireCaps, type VersionCaps } from '../api-names.js'
import type { ClusterState } from '../cluster/cluster-state.js'
import type { BrokerState, EmbeddedBroker, StopOptions } from '../embedded-broker.js'
import type { EmbeddedClusterLogger } from '../options.js'
import { BrokerConnection } from './broker-connection.js'
import { Pause } from './pause.js'
import { serveRequest } from './serve-request.js'

const host = '127.0.0.1'

/** One broker of the cluster: a listener on the loopback address, its connections, and its counters. */
export class Broker implements EmbeddedBroker {
  readonly nodeId: number
  readonly #state: ClusterState
  readonly #logger: EmbeddedClusterLogger
  readonly #connections = new Set<BrokerConnection>()
  readonly #requests = new Map<string, number>()
  readonly #pause = new Pause()
  #server: Server | null = null
  /** The system chooses it at the first start; later starts use it again. */
  #port = 0
  #caps: VersionCaps
  #accepted = 0

  constructor(
    nodeId: number,
    state: ClusterState,
    caps: VersionCaps,
    logger: EmbeddedClusterLogger,
  ) {
    this.nodeId = nodeId
    this.#state = state
    this.#caps = caps
    this.#logger = logger
  }

  get state(): BrokerState {
    if (this.#server === null) return 'stopped'
    return this.#pause.on ? 'paused' : 'running'
  }

  get openConnections(): number {
    return this.#connections.size
  }

  get acceptedConnections(): number {
    return this.#accepted
  }

  requestCount(api?: string): number {
    if (api !== undefined) return this.#requests.get(api) ?? 0
    return [...this.#requests.values()].reduce((sum, count) => sum + count, 0)
  }

  async start(): Promise<void> {
    if (this.#server !== null) return
    const server = createServer((socket) => this.#accept(socket))
    this.#server = server
    server.listen({ host, port: this.#port })
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#state.join(this.nodeId, host, this.#port)
  }

  async stop({ keepLeaders = false }: StopOptions = {}): Promise<void> {
    const server = this.#server
    if (server === null) return
    this.#server = null
    this.#state.lose(this.nodeId)
    if (!keepLeaders) this.#state.elect()
    const closed = new Promise((resolve) => server.close(resolve))
    await this.closeConnections()
    await closed
    this.#pause.end()
  }

  pause(): void {
    this.#pause.begin()
  }

  resume(): void {
    this.#pause.end()
  }

  async closeConnections(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.close()))
  }

  capVersions(caps: VersionCaps): void {
    requireCaps(caps)
    this.#caps = caps
  }

  #accept(socket: Socket): void {
    const number = ++this.#accepted
    const connection = new BrokerConnection(
      socket,
      (frame, signal) => this.#serve(frame, number, signal),
      (error) => this.#logger.warn(`broker ${this.nodeId} closed a connection: ${String(error)}`),
    )
    this.#connections.add(connection)
    socket.on('close', () => this.#connections.delete(connection))
  }

  async #serve(
    frame: Uint8Array,
    connection: number,
    signal: AbortSignal,
  ): Promise<Uint8Array[] | null> {
    const onRequest = (api: string) => {
      this.#requests.set(api, this.requestCount(api) + 1)
    }
    await this.#pause.over
    // The broker was stopped while it was paused: it never handles a request that it had not begun.
    if (signal.aborted) return null
    const { nodeId } = this
    const context = { state: this.#state, nodeId, signal, connection, caps: this.#caps, onRequest }
    const answer = await serveRequest(frame, context)
    await this.#pause.over
    return answer
  }
}
