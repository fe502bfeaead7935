import type { NetworkRuntime } from '../runtime.js'
import { sameAddress } from '../server-address.js'
import type { Bootstrap } from './bootstrap.js'
import type { BrokerNode } from './broker-node.js'
import type { Nodes } from './nodes.js'

/** Chooses a node for requests that any broker can answer. */
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
   * The ready node with the fewest requests in flight. Null while there is none, but then one is being connected.
   * Brokers answer in order, so a broker that keeps a request waiting for long is not asked.
   */
  leastLoaded(maxInFlight = Infinity): BrokerNode | null {
    let best: BrokerNode | null = null
    for (const node of this.#shuffled(this.#nodes.all())) {
      if (!node.ready || node.slow || node.inFlight >= maxInFlight) continue
      if (best === null || node.inFlight < best.inFlight) best = node
    }
    if (best === null) this.#connectSomewhere()
    return best
  }

  /**
   * Connects to a node that can be asked. Brokers to which the last attempt to connect failed do not count: they are tried
   * again, but at the same time the bootstrap servers are asked, for the whole cluster may have moved.
   */
  #connectSomewhere(): void {
    const brokers = this.#shuffled(this.#nodes.brokers())
    const reachable = brokers.filter((node) => !node.unreachable)
    const prompt = reachable.filter((node) => !node.slow)
    if (prompt.some((node) => node.connected || node.connecting)) return
    if (prompt.some((node) => node.connect()) || prompt.length > 0) return
    if (reachable.length > 0) return this.#connectTwice(reachable)
    this.#bootstrap.start()
    if (!brokers.some((node) => node.connecting)) brokers.some((node) => node.connect())
  }

  /** Every broker that can be reached keeps a request waiting. A request on a second connection need not wait behind it. */
  #connectTwice(slow: readonly BrokerNode[]): void {
    const { secondConnection } = this.#nodes
    if (secondConnection !== undefined && !secondConnection.slow)
      return void secondConnection.connect()
    // A broker that is slow on its second connection, too, does not get another one.
    const others = slow.filter(
      ({ connected, address }) =>
        connected &&
        (secondConnection === undefined || !sameAddress(address, secondConnection.address)),
    )
    const [broker] = others.toSorted((a, b) => a.inFlight - b.inFlight)
    if (broker !== undefined) this.#nodes.addSecondConnection(broker).connect()
  }

  /** The same order from a random start, so that not all clients choose the same broker. */
  #shuffled(nodes: readonly BrokerNode[]): readonly BrokerNode[] {
    if (nodes.length < 2) return nodes
    const start = Math.floor(this.#runtime.random() * nodes.length)
    return [...nodes.slice(start), ...nodes.slice(0, start)]
  }
}
