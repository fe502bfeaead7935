import { requireCaps, type VersionCaps } from '../api-names.js'
import type { ClusterState } from '../cluster/cluster-state.js'
import type { BrokerState, EmbeddedBroker, StopOptions } from '../embedded-broker.js'
import type {
  EmbeddedClientStream,
  EmbeddedListen,
  EmbeddedListener,
} from '../listening/client-stream.js'
import type { EmbeddedClusterLogger } from '../options.js'
import { BrokerConnection } from './broker-connection.js'
import { Pause } from './pause.js'
import { serveRequest } from './serve-request.js'

/** How a broker is reached, and what it tells of its clients. */
export interface BrokerDeps {
  readonly listen: EmbeddedListen
  readonly logger: EmbeddedClusterLogger
}

/** One broker of the cluster: a listener, its connections, and its counters. */
export class Broker implements EmbeddedBroker {
  readonly nodeId: number
  readonly #state: ClusterState
  readonly #deps: BrokerDeps
  readonly #connections = new Set<BrokerConnection>()
  readonly #requests = new Map<string, number>()
  readonly #pause = new Pause()
  #listener: EmbeddedListener | null = null
  #isUp = false
  /** It is chosen at the first start; later starts use it again. */
  #port = 0
  #caps: VersionCaps
  #accepted = 0

  constructor(nodeId: number, state: ClusterState, caps: VersionCaps, deps: BrokerDeps) {
    this.nodeId = nodeId
    this.#state = state
    this.#caps = caps
    this.#deps = deps
  }

  get state(): BrokerState {
    if (!this.#isUp) return 'stopped'
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
    if (this.#isUp) return
    this.#isUp = true
    const { listen } = this.#deps
    const listener = await listen(this.nodeId, this.#port, (client) => this.#accept(client))
    // It was stopped before it listened.
    if (!this.#isUp) return listener.close()
    this.#listener = listener
    this.#port = listener.port
    this.#state.join(this.nodeId, listener.host, listener.port)
  }

  async stop({ keepLeaders = false }: StopOptions = {}): Promise<void> {
    if (!this.#isUp) return
    this.#isUp = false
    this.#state.lose(this.nodeId)
    if (!keepLeaders) this.#state.elect()
    const closed = this.#listener?.close()
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

  #accept(client: EmbeddedClientStream): void {
    const number = ++this.#accepted
    const connection = new BrokerConnection(client, {
      serve: (frame, signal) => this.#serve(frame, number, signal),
      refused: (error) => this.#refused(error),
      closed: () => this.#connections.delete(connection),
    })
    this.#connections.add(connection)
  }

  #refused(error: unknown): void {
    this.#deps.logger.warn(`broker ${this.nodeId} closed a connection: ${String(error)}`)
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
