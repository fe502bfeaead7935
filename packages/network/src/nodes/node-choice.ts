import type { SpokenApi } from '../network-client.js'
import type { NetworkRuntime } from '../runtime.js'
import { sameAddress } from '../server-address.js'
import type { Bootstrap } from './bootstrap.js'
import type { BrokerNode } from './broker-node.js'
import type { Nodes } from './nodes.js'
import { patienceMs, UnmetNeed } from './unmet-need.js'

/** Chooses a node for requests that any broker can answer. */
export class NodeChoice {
  readonly #nodes: Nodes
  readonly #bootstrap: Bootstrap
  readonly #runtime: NetworkRuntime
  readonly #need: UnmetNeed

  /** @param changed - called when it is time to ask for a node again */
  constructor(nodes: Nodes, bootstrap: Bootstrap, runtime: NetworkRuntime, changed: () => void) {
    this.#nodes = nodes
    this.#bootstrap = bootstrap
    this.#runtime = runtime
    this.#need = new UnmetNeed(runtime, changed)
  }

  /**
   * The ready node with the fewest requests in flight. Null while there is none, but then one is being connected.
   * Brokers answer in order, so a broker that keeps a request waiting for long is not asked.
   */
  leastLoaded(maxInFlight = Infinity): BrokerNode | null {
    let best: BrokerNode | null = null
    let full = false
    for (const node of this.#shuffled(this.#nodes.all())) {
      if (!node.ready || node.slow) continue
      if (node.inFlight >= maxInFlight) full = true
      else if (best === null || node.inFlight < best.inFlight) best = node
    }
    if (best !== null) this.#need.met()
    else if (!full) this.#connectSomewhere()
    return best
  }

  /** The same of the nodes whose broker has the API. None is connected for it. */
  connected(api: SpokenApi, maxInFlight: number): BrokerNode | null {
    const able = this.#nodes
      .all()
      .filter((node) => node.ready && !node.slow && node.inFlight < maxInFlight && node.speaks(api))
    return able.toSorted((a, b) => a.inFlight - b.inFlight)[0] ?? null
  }

  close(): void {
    this.#need.met()
  }

  /**
   * Connects to a node that can be asked. Brokers that throttle the client, or take long to connect, do not count. Nor do those
   * to which the last attempt to connect failed: they are tried again, but at the same time the bootstrap servers are asked, for
   * the whole cluster may have moved. The same holds where no node could be asked for a second, whatever the brokers are doing.
   */
  #connectSomewhere(): void {
    if (this.#need.note() >= patienceMs) this.#bootstrap.start()
    const brokers = this.#shuffled(this.#nodes.brokers())
    const reachable = brokers.filter((node) => !node.unreachable)
    const prompt = reachable.filter(
      (node) => !node.slow && !node.throttled && node.connectingMs < patienceMs,
    )
    if (prompt.some((node) => node.connected || node.connecting)) return
    if (prompt.some((node) => node.connect()) || prompt.length > 0) return
    const slow = reachable.filter((node) => node.slow && !node.throttled)
    if (slow.length > 0) return this.#connectTwice(slow)
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
      ({ address }) =>
        secondConnection === undefined || !sameAddress(address, secondConnection.address),
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
