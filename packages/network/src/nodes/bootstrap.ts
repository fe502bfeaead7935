import { detailOf, KafkaError } from '@sluice/protocol'
import type { ResolvedNetworkOptions } from '../options.js'
import { reasonOf } from '../reason.js'
import type { NetworkRuntime } from '../runtime.js'
import { formatAddress, parseServers, type ServerAddress } from '../server-address.js'
import type { BrokerNode } from './broker-node.js'
import type { Nodes } from './nodes.js'
import { ReconnectBackoff } from './reconnect-backoff.js'
import { isRefusal } from './refusal.js'

export interface BootstrapEvents {
  /** It may be worth to try again. */
  changed(): void
  /** A server is asked. `soFar` tells which, and what became of those before it. */
  trying(soFar: KafkaError): void
  /** Every bootstrap server was tried once, and none served; or one refused, as all will. */
  failed(failure: KafkaError): void
}

/**
 * Finds a way into the cluster while no known broker can be reached: tries the bootstrap servers one after the other,
 * each once a round, and a round again after a back-off. The list is asked for anew in each round. Where a known broker
 * listens, that broker is tried, so that its back-off holds: nobody knocks twice.
 */
export class Bootstrap {
  readonly #runtime: NetworkRuntime
  readonly #options: ResolvedNetworkOptions
  readonly #nodes: Nodes
  readonly #events: BootstrapEvents
  readonly #backoff: ReconnectBackoff
  #round = 0
  #running = false
  #remaining: ServerAddress[] = []
  #seed: BrokerNode | undefined
  #failures: KafkaError[] = []
  /** Why the round before this one failed. */
  #before: readonly string[] = []
  #timer: unknown

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
  }

  /** Begins a round, unless one is under way; before the back-off is over only sees to it that its end is told. */
  start(): void {
    if (this.#running) return
    const leftMs = this.#backoff.leftMs
    if (leftMs > 0) {
      if (this.#timer === undefined) this.#setTimer(leftMs, () => this.#events.changed())
      return
    }
    this.#begin()
  }

  /** The cluster has answered, whoever asked it. */
  succeeded(): void {
    this.#stop()
    this.#before = []
    this.#backoff.succeeded()
  }

  /** To be told of every node that fails; those that are not tried here are ignored. */
  nodeFailed(node: BrokerNode, failure: KafkaError): void {
    if (!this.#running || node !== this.#seed) return
    this.#failures.push(failure)
    if (node.id < 0) this.#nodes.remove(node)
    if (isRefusal(failure)) this.#fail(failure)
    else this.#tryNext()
  }

  /** The brokers are not those of the cluster any more: of the one that is tried nobody will hear again. */
  brokersForgotten(reason: KafkaError): void {
    if (this.#seed === undefined || this.#seed.id < 0) return
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
    this.#setTimer(limitMs, () => this.#unlisted(round, `it gave no list within ${limitMs} ms`))
    this.#list().then(
      (servers) => this.#listed(round, servers),
      (error: unknown) => this.#unlisted(round, reasonOf(error), error),
    )
  }

  async #list(): Promise<readonly ServerAddress[]> {
    const { bootstrapServers } = this.#options
    return parseServers(
      typeof bootstrapServers === 'function' ? await bootstrapServers() : bootstrapServers,
    )
  }

  #listed(round: number, servers: readonly ServerAddress[]): void {
    if (round !== this.#round) return
    this.#clearTimer()
    // Not all clients begin with the first one.
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
    this.#seed = this.#nodes.at(address) ?? this.#nodes.addSeed(address)
    const waiting = `${formatAddress(address)}: no answer yet`
    const reasons = [...this.#reasons(), waiting]
    if (this.#before.length > 0) reasons.push(`the last time: ${this.#before.join('; ')}`)
    this.#events.trying(this.#failure(reasons))
    if (this.#seed.connect() || this.#seed.connected) return
    // It has failed just now, and is left alone until its back-off is over; or is about to fail.
    const closing = `${formatAddress(address)}: its connection is being closed`
    const { failure, refusal } = this.#seed
    this.nodeFailed(this.#seed, refusal ?? failure ?? new KafkaError('CONNECTION_FAILED', closing))
  }

  #fail(failure = this.#failure(this.#reasons())): void {
    this.#before = this.#reasons()
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
    this.#seed = undefined
    this.#clearTimer()
  }

  #setTimer(ms: number, run: () => void): void {
    this.#clearTimer()
    this.#timer = this.#runtime.setTimeout(() => {
      this.#timer = undefined
      run()
    }, ms)
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#runtime.clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
