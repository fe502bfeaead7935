import type { NetworkRuntime } from '../runtime.js'
import { sameAddress } from '../server-address.js'
import type { Bootstrap } from './bootstrap.js'
import type { BrokerNode } from './broker-node.js'
import type { Nodes } from './nodes.js'

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

  /**
   * The ready node with the fewest requests in flight; null while there is none, but then one is being connected.
   * Brokers answer in order, so one that keeps a request waiting for long is not asked.
   */
  leastLoaded(maxInFlight = Infinity): BrokerNode | null {
    let best: BrokerNode | null = null
    for (const node of this.#shuffled(this.#nodes.all())) {
      if (!node.ready || node.stalled || node.inFlight >= maxInFlight) continue
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
    const reachable = brokers.filter((node) => !node.unreachable)
    const prompt = reachable.filter((node) => !node.stalled)
    if (prompt.some((node) => node.connected || node.connecting)) return
    if (prompt.some((node) => node.connect()) || prompt.length > 0) return
    if (reachable.length > 0) return this.#connectBeside(reachable)
    this.#bootstrap.start()
    if (!brokers.some((node) => node.connecting)) brokers.some((node) => node.connect())
  }

  /** Every broker that can be reached keeps a request waiting: a second connection to one of them need not wait behind it. */
  #connectBeside(stalled: readonly BrokerNode[]): void {
    const beside = this.#nodes.beside
    if (beside !== undefined && !beside.stalled) return void beside.connect()
    // What keeps even its second connection waiting is no better than it was.
    const others = stalled.filter(
      ({ connected, address }) =>
        connected && (beside === undefined || !sameAddress(address, beside.address)),
    )
    const [broker] = others.toSorted((a, b) => a.inFlight - b.inFlight)
    if (broker !== undefined) this.#nodes.addBeside(broker).connect()
  }

  /** The same order from a random start, so that not all clients ask the same broker. */
  #shuffled(nodes: readonly BrokerNode[]): readonly BrokerNode[] {
    if (nodes.length < 2) return nodes
    const start = Math.floor(this.#runtime.random() * nodes.length)
    return [...nodes.slice(start), ...nodes.slice(0, start)]
  }
}
