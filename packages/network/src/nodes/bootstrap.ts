import { detailOf, KafkaError, reasonOf } from '@sluice/protocol'
import { ask, type ResolvedNetworkOptions } from '../options.js'
import type { NetworkRuntime } from '../runtime.js'
import { formatAddress, parseServers, type ServerAddress } from '../server-address.js'
import { Timer } from '../timers/timer.js'
import { type BrokerNode, isAuthenticationFailure } from './broker-node.js'
import type { Nodes } from './nodes.js'
import { ReconnectBackoff } from './reconnect-backoff.js'

export interface BootstrapEvents {
  /** The back-off is over: another round may begin. */
  changed(): void
  /** A server is tried now. `soFar` names it, and says how the servers before it failed. */
  trying(soFar: KafkaError): void
  /** Every bootstrap server was tried once without success, or one refused the credentials, as all will. */
  failed(failure: KafkaError): void
}

/**
 * Finds a way into the cluster while no known broker can be reached: tries the bootstrap servers one after the other,
 * each of them once in a round, and begins another round after a back-off. A `bootstrapServers` function is called in
 * each round. For an address at which a known broker listens, the node of that broker is tried, so that its back-off holds.
 */
export class Bootstrap {
  readonly #runtime: NetworkRuntime
  readonly #options: ResolvedNetworkOptions
  readonly #nodes: Nodes
  readonly #events: BootstrapEvents
  readonly #backoff: ReconnectBackoff
  readonly #timer: Timer
  #round = 0
  #running = false
  #remaining: ServerAddress[] = []
  /** The node that is tried now. */
  #tried: BrokerNode | undefined
  #failures: KafkaError[] = []
  /** Why the servers of the round before this one failed. */
  #lastReasons: readonly string[] = []

  constructor(
    runtime: NetworkRuntime,
    options: ResolvedNetworkOptions,
    nodes: Nodes,
    events: BootstrapEvents,
  ) {
    const { reconnectBackoffMs, reconnectBackoffMaxMs } = options
    this.#runtime = runtime
    this.#options = options
    this.#nodes = nodes
    this.#events = events
    this.#backoff = new ReconnectBackoff(runtime, reconnectBackoffMs, reconnectBackoffMaxMs)
    this.#timer = new Timer(runtime)
  }

  /** Begins a round, unless one is under way. Before the back-off is over it only makes sure that `changed` is called when it ends. */
  start(): void {
    if (this.#running) return
    const leftMs = this.#backoff.leftMs
    if (leftMs > 0) {
      if (!this.#timer.running) this.#timer.start(leftMs, () => this.#events.changed())
      return
    }
    this.#begin()
  }

  /** The cluster has answered. */
  succeeded(): void {
    this.#stop()
    this.#lastReasons = []
    this.#backoff.succeeded()
  }

  /** To be called for every node that fails. Nodes that are not tried in this round are ignored. */
  nodeFailed(node: BrokerNode, failure: KafkaError): void {
    if (!this.#running || node !== this.#tried) return
    this.#failures.push(failure)
    if (node.id < 0) this.#nodes.remove(node)
    if (isAuthenticationFailure(failure)) this.#fail(failure)
    else this.#tryNext()
  }

  /** The client has removed all brokers. If one of them is tried now, no event of it will come any more. */
  brokersForgotten(reason: KafkaError): void {
    if (this.#tried === undefined || this.#tried.id < 0) return
    this.#failures.push(reason)
    this.#tryNext()
  }

  close(): void {
    this.#stop()
  }

  #begin(): void {
    const round = ++this.#round
    this.#running = true
    this.#failures = []
    const limitMs = this.#options.connectionSetupTimeoutMs
    this.#timer.start(limitMs, () => this.#unlisted(round, `it gave no list within ${limitMs} ms`))
    this.#list().then(
      (servers) => this.#listed(round, servers),
      (error: unknown) => this.#unlisted(round, reasonOf(error), error),
    )
  }

  async #list(): Promise<readonly ServerAddress[]> {
    return parseServers(await ask(this.#options.bootstrapServers))
  }

  #listed(round: number, servers: readonly ServerAddress[]): void {
    if (round !== this.#round) return
    this.#timer.stop()
    // Not all clients begin with the first server.
    const start = Math.floor(this.#runtime.random() * servers.length)
    this.#remaining = [...servers.slice(start), ...servers.slice(0, start)]
    this.#tryNext()
  }

  #unlisted(round: number, reason: string, cause?: unknown): void {
    if (round !== this.#round) return
    this.#failures.push(
      new KafkaError('CONNECTION_FAILED', `bootstrapServers(): ${reason}`, { cause }),
    )
    this.#fail()
  }

  #tryNext(): void {
    const address = this.#remaining.shift()
    if (address === undefined) {
      this.#fail()
      return
    }
    this.#tried = this.#nodes.at(address) ?? this.#nodes.addBootstrapServer(address)
    const waiting = `${formatAddress(address)}: no answer yet`
    const reasons = [...this.#reasons(), waiting]
    if (this.#lastReasons.length > 0) reasons.push(`the last time: ${this.#lastReasons.join('; ')}`)
    this.#events.trying(this.#failure(reasons))
    if (this.#tried.connect() || this.#tried.connected) return
    // It has failed just now, and its back-off is not over; or it is about to fail.
    const closing = `${formatAddress(address)}: its connection is being closed`
    const { failure, authenticationFailure } = this.#tried
    const known = authenticationFailure ?? failure
    this.nodeFailed(this.#tried, known ?? new KafkaError('CONNECTION_FAILED', closing))
  }

  #fail(failure = this.#failure(this.#reasons())): void {
    this.#lastReasons = this.#reasons()
    this.#stop()
    this.#backoff.failed()
    this.#events.failed(failure)
  }

  #failure(reasons: readonly string[]): KafkaError {
    return new KafkaError(
      'CONNECTION_FAILED',
      `no bootstrap server serves: ${reasons.join('; ')}`,
      {
        cause: this.#failures.at(-1),
      },
    )
  }

  #reasons(): string[] {
    return this.#failures.map(detailOf)
  }

  #stop(): void {
    this.#round++
    this.#running = false
    this.#remaining = []
    this.#tried = undefined
    this.#timer.stop()
  }
}
