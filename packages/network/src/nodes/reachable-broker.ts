import type { KafkaError } from '@sluice/protocol'
import type { NetworkRuntime } from '../runtime.js'
import { Timer } from '../timers/timer.js'
import type { BrokerNode } from './broker-node.js'
import { noBrokerReached } from './node-failure.js'
import type { Nodes } from './nodes.js'
import { patienceMs } from './unmet-need.js'

/**
 * Finds out for `connect` whether a broker of the cluster can be reached at the address that it advertises. The connection to
 * a bootstrap server does not tell: with wrong `advertised.listeners` it works, and no record would ever be sent.
 */
export class ReachableBroker {
  readonly #runtime: NetworkRuntime
  readonly #nodes: Nodes
  readonly #changed: () => void
  readonly #timer: Timer
  /** The failures since the search began. */
  readonly #failures = new Map<BrokerNode, KafkaError>()
  #confirmed = false

  /** @param changed - called when it is time to look again */
  constructor(runtime: NetworkRuntime, nodes: Nodes, changed: () => void) {
    this.#runtime = runtime
    this.#nodes = nodes
    this.#changed = changed
    this.#timer = new Timer(runtime)
  }

  /** Begins anew. */
  begin(): void {
    this.#failures.clear()
    this.#confirmed = false
  }

  /** The cluster has named its brokers. Addresses from before the search may be those of a cluster that has moved. */
  confirmed(): void {
    this.#confirmed = true
  }

  nodeFailed(node: BrokerNode, failure: KafkaError): void {
    this.#failures.set(node, failure)
  }

  /**
   * Looks how far it is, and connects to a broker that was not tried: the next one when one has failed, or is silent for a
   * second.
   * @returns true when a broker is connected, the failure when none can be, null where that is not known yet
   */
  look(): true | KafkaError | null {
    const brokers = this.#nodes.brokers()
    this.#timer.stop()
    if (brokers.some((node) => node.connected)) return true
    // A broker that has moved since has no failure.
    const left = brokers.filter((node) => node.failure === null || !this.#failures.has(node))
    if (left.length === 0) return this.#confirmed ? noBrokerReached(brokers) : null
    if (!left.some(({ connecting, connectingMs }) => connecting && connectingMs < patienceMs))
      this.#connectOneOf(left.filter((node) => !node.connecting))
    this.#timer.start(patienceMs, this.#changed)
    return null
  }

  stop(): void {
    this.#timer.stop()
  }

  /** A random one, so that not all clients choose the same broker. */
  #connectOneOf(nodes: readonly BrokerNode[]): void {
    nodes[Math.floor(this.#runtime.random() * nodes.length)]?.connect()
  }
}
