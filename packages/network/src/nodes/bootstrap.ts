import { detailOf, type ErrorCode, KafkaError } from '@sluice/protocol'
import type { ResolvedNetworkOptions } from '../options.js'
import type { NetworkRuntime } from '../runtime.js'
import { formatAddress, sameAddress, type ServerAddress } from '../server-address.js'
import { Timer } from '../timers/timer.js'
import { type BrokerNode, isAuthenticationFailure } from './broker-node.js'
import type { Nodes } from './nodes.js'
import { ReconnectBackoff } from './reconnect-backoff.js'
import { codeOfAll } from './refused-servers.js'
import { ServerList } from './server-list.js'
import { patienceMs } from './unmet-need.js'

export interface BootstrapEvents {
  /** The back-off is over: another round may begin. */
  changed(): void
  /** A server is tried now. `soFar` names it, and says how the servers before it failed. */
  trying(soFar: KafkaError): void
  /** The cluster has answered, through whatever node. `failures` are of servers that were tried before it. */
  succeeded(failures: readonly string[]): void
  /**
   * Every bootstrap server was tried once without success, with TLS_AUTHENTICATION_FAILED where each refuses TLS; or one
   * refused the credentials, as all will.
   */
  failed(failure: KafkaError): void
}

/**
 * Finds a way into the cluster while no known broker can be asked: tries the bootstrap servers one after the other, each of
 * them once in a round, and begins another round after a back-off. A server that cannot be asked after a second, or that
 * throttles the client, goes on being tried, but the next one is tried beside it. A `bootstrapServers` function is called in
 * each round. For an address at which a known broker listens, the node of that broker is tried, so that its back-off holds.
 */
export class Bootstrap {
  readonly #nodes: Nodes
  readonly #events: BootstrapEvents
  readonly #backoff: ReconnectBackoff
  readonly #timer: Timer
  readonly #list: ServerList
  #running = false
  #remaining: ServerAddress[] = []
  /** The nodes that are tried now. */
  readonly #tried = new Set<BrokerNode>()
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
    this.#nodes = nodes
    this.#events = events
    this.#backoff = new ReconnectBackoff(runtime, reconnectBackoffMs, reconnectBackoffMaxMs)
    this.#timer = new Timer(runtime)
    this.#list = new ServerList(runtime, options, {
      listed: (servers) => this.#listed(servers),
      failed: (failure) => this.#unlisted(failure),
    })
  }

  /**
   * Begins a round. Before the back-off is over it only makes sure that `changed` is called when it ends. While a round is
   * under way it goes on to the next server, unless one that is tried can be asked soon.
   */
  start(): void {
    if (this.#list.pending || this.#isPromising()) return
    if (this.#remaining.length > 0) this.#tryNext()
    else if (this.#mayBegin()) this.#begin()
  }

  /** The cluster has answered. */
  succeeded(): void {
    const failures = this.#running ? this.#reasons() : []
    this.#stop()
    this.#lastReasons = []
    this.#backoff.succeeded()
    this.#events.succeeded(failures)
  }

  /** To be called for every node that fails. Nodes that are not tried in this round are ignored. */
  nodeFailed(node: BrokerNode, failure: KafkaError): void {
    if (!this.#tried.has(node)) return
    this.#drop(node, failure)
    if (isAuthenticationFailure(failure)) this.#fail(failure)
    else this.#tryNext()
  }

  /** The client has removed all brokers. If some of them are tried now, no event of them will come any more. */
  brokersForgotten(reason: KafkaError): void {
    const forgotten = [...this.#tried].filter(({ id }) => id >= 0)
    for (const node of forgotten) this.#drop(node, reason)
    if (forgotten.length > 0) this.#tryNext()
  }

  close(): void {
    this.#stop()
  }

  #isPromising(): boolean {
    return [...this.#tried].some((node) => node.connecting || node.usable)
  }

  #mayBegin(): boolean {
    const { leftMs } = this.#backoff
    if (leftMs > 0 && !this.#timer.running) this.#timer.start(leftMs, () => this.#events.changed())
    return leftMs <= 0
  }

  #begin(): void {
    if (this.#running) this.#lastReasons = this.#reasons()
    this.#running = true
    this.#failures = []
    this.#timer.stop()
    this.#list.ask()
  }

  #listed(servers: readonly ServerAddress[]): void {
    const tried = [...this.#tried]
    this.#remaining = servers.filter(
      (address) => !tried.some((node) => sameAddress(node.address, address)),
    )
    this.#tryNext()
  }

  #unlisted(failure: KafkaError): void {
    this.#failures.push(failure)
    this.#tryNext()
  }

  #tryNext(): void {
    while (this.#running) {
      const address = this.#remaining.shift()
      if (address === undefined) return this.#endRound()
      if (this.#try(address)) return
    }
  }

  /** @returns false when the next one is to be tried at once */
  #try(address: ServerAddress): boolean {
    const node = this.#nodes.at(address) ?? this.#nodes.addBootstrapServer(address)
    this.#tried.add(node)
    if (node.connect() || node.usable) {
      this.#timer.start(patienceMs, () => this.#tryBeside())
      this.#tell()
      return true
    }
    this.#tell()
    // It throttles the client, or keeps another request waiting.
    if (node.connected) return false
    // It has failed just now, and its back-off is not over; or it is about to fail.
    const closing = `${formatAddress(address)}: its connection is being closed`
    const known = node.authenticationFailure ?? node.failure
    this.nodeFailed(node, known ?? new KafkaError('CONNECTION_FAILED', closing))
    return true
  }

  /** A second has passed. Brokers that cannot be reached are tried anyway, so they do not count as others. */
  #tryBeside(): void {
    const index = this.#remaining.findIndex((address) => !this.#nodes.at(address)?.unreachable)
    if (index < 0) return
    this.#remaining.unshift(...this.#remaining.splice(index, 1))
    this.#tryNext()
  }

  /** Every server was tried. Those that throttle the client go on being tried, in the next round, too. */
  #endRound(): void {
    if (this.#tried.size === 0) return this.#fail()
    if (this.#isPromising()) return
    this.#timer.stop()
    this.#backoff.failed()
    this.#tell()
  }

  #drop(node: BrokerNode, failure: KafkaError): void {
    this.#failures.push(failure)
    this.#tried.delete(node)
    if (node.id < 0) this.#nodes.remove(node)
  }

  #fail(failure = this.#endOfRound()): void {
    this.#lastReasons = this.#reasons()
    for (const node of this.#tried) if (node.id < 0) this.#nodes.remove(node)
    this.#stop()
    this.#backoff.failed()
    this.#events.failed(failure)
  }

  #tell(): void {
    const reasons = [...this.#reasons(), ...[...this.#tried].map(waiting)]
    if (this.#lastReasons.length > 0) reasons.push(`the last time: ${this.#lastReasons.join('; ')}`)
    this.#events.trying(this.#failure(reasons))
  }

  /** The reasons are sorted, so that the next round, which begins with another server, says the same. */
  #endOfRound(): KafkaError {
    return this.#failure(this.#reasons().toSorted(), codeOfAll(this.#failures))
  }

  #failure(reasons: readonly string[], code: ErrorCode = 'CONNECTION_FAILED'): KafkaError {
    return new KafkaError(code, `no bootstrap server serves: ${reasons.join('; ')}`, {
      cause: this.#failures.at(-1),
    })
  }

  #reasons(): string[] {
    return this.#failures.map(detailOf)
  }

  #stop(): void {
    this.#running = false
    this.#remaining = []
    this.#tried.clear()
    this.#list.stop()
    this.#timer.stop()
  }
}

function waiting({ address, throttledMs }: BrokerNode): string {
  const state =
    throttledMs > 0
      ? `it throttles this client for another ${Math.ceil(throttledMs)} ms`
      : 'no answer yet'
  return `${formatAddress(address)}: ${state}`
}
