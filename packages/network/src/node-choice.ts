import type { Bootstrap } from './bootstrap.js'
import type { BrokerNode } from './broker-node.js'
import type { Nodes } from './nodes.js'
import type { NetworkRuntime } from './runtime.js'

/** Finds a node for what any broker can answer. */
export class NodeChoice {
  readonly #nodes: Nodes
  readonly #bootstrap: Bootstrap
  readonly #runtime: NetworkRuntime

  constructor(nodes: Nodes, bootstrap: Bootstrap, runtime: NetworkRuntime) {
    this.#nodes = nodes
    this.#bootstrap = bootstrap
    this.#runtime = runtime
  }

  /** The ready node with the fewest requests in flight; null while there is none, but then one is being connected. */
  leastLoaded(maxInFlight = Infinity): BrokerNode | null {
    let best: BrokerNode | null = null
    for (const node of this.#shuffled(this.#nodes.all())) {
      if (!node.ready || node.inFlight >= maxInFlight) continue
      if (best === null || node.inFlight < best.inFlight) best = node
    }
    if (best === null) this.#connectSomewhere()
    return best
  }

  /**
   * Brokers whose last attempt failed do not count: they are tried again, but at the same time the bootstrap servers
   * are asked, for the whole cluster may have moved.
   */
  #connectSomewhere(): void {
    const brokers = this.#shuffled(this.#nodes.brokers())
    const hopeful = brokers.filter((node) => !node.unreachable)
    if (hopeful.some((node) => node.connected || node.connecting)) return
    if (hopeful.some((node) => node.connect()) || hopeful.length > 0) return
    this.#bootstrap.start()
    if (!brokers.some((node) => node.connecting)) brokers.some((node) => node.connect())
  }

  /** The same order from a random start, so that not all clients ask the same broker. */
  #shuffled(nodes: readonly BrokerNode[]): readonly BrokerNode[] {
    if (nodes.length < 2) return nodes
    const start = Math.floor(this.#runtime.random() * nodes.length)
    return [...nodes.slice(start), ...nodes.slice(0, start)]
  }
}
