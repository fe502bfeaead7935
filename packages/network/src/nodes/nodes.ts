import type { KafkaError } from '@sluice/protocol'
import type { ResolvedNetworkOptions } from '../options.js'
import type { NetworkRuntime } from '../runtime.js'
import { sameAddress, type ServerAddress } from '../server-address.js'
import { BrokerNode, type NodeSurroundings } from './broker-node.js'
import type { Connections } from './connections.js'
import { ReconnectBackoff } from './reconnect-backoff.js'
import { isSameBroker } from './same-broker.js'

export interface BrokerAddress extends ServerAddress {
  readonly id: number
}

export interface NodeEvents {
  changed(): void
  lost(node: BrokerNode, failure: KafkaError): void
  stalled(node: BrokerNode): void
}

/** The brokers of the cluster by their ids, and while none is known the bootstrap servers, with ids below zero. */
export class Nodes {
  readonly #surroundings: NodeSurroundings
  readonly #nodes = new Map<number, BrokerNode>()
  #lastSeedId = 0
  #beside: BrokerNode | undefined

  constructor(
    runtime: NetworkRuntime,
    options: ResolvedNetworkOptions,
    connections: Connections,
    events: NodeEvents,
  ) {
    const { reconnectBackoffMs, reconnectBackoffMaxMs } = options
    this.#surroundings = {
      runtime,
      open: (address, owner) => connections.open(address, owner),
      backoff: () => new ReconnectBackoff(runtime, reconnectBackoffMs, reconnectBackoffMaxMs),
      changed: events.changed,
      lost: events.lost,
      stalled: events.stalled,
    }
  }

  get(id: number): BrokerNode | undefined {
    return this.#nodes.get(id)
  }

  all(): readonly BrokerNode[] {
    return [...this.#nodes.values()]
  }

  /** The brokers that the cluster has named. */
  brokers(): readonly BrokerNode[] {
    return this.all().filter((node) => node.id >= 0)
  }

  /** The broker that the cluster says listens here. */
  at(address: ServerAddress): BrokerNode | undefined {
    return this.brokers().find((broker) => sameAddress(broker.address, address))
  }

  addSeed(address: ServerAddress): BrokerNode {
    return this.#add(--this.#lastSeedId, address)
  }

  /** The second connection to a broker whose first one is kept waiting. It goes with the first metadata after that. */
  get beside(): BrokerNode | undefined {
    return this.#beside
  }

  addBeside(broker: BrokerNode): BrokerNode {
    if (this.#beside !== undefined) this.remove(this.#beside)
    this.#beside = this.addSeed(broker.address)
    return this.#beside
  }

  remove(node: BrokerNode): void {
    if (node === this.#beside) this.#beside = undefined
    this.#nodes.delete(node.id)
    node.retire()
  }

  /**
   * The cluster is these brokers, and no others. Connections to bootstrap servers become those of their brokers, or close.
   * @returns whether that is news
   */
  replace(brokers: readonly BrokerAddress[]): boolean {
    const named = new Set(brokers.map(({ id }) => id))
    const gone = this.brokers().filter((node) => !named.has(node.id))
    for (const node of gone) this.remove(node)
    const news = brokers.filter((broker) => this.learn(broker))
    for (const seed of this.all().filter((node) => node.id < 0)) this.#dissolve(seed)
    return gone.length + news.length > 0
  }

  /** What the cluster has named is void: its bootstrap servers are to be asked who belongs to it. */
  forget(reason: KafkaError): void {
    for (const node of this.brokers()) {
      this.remove(node)
      node.fail(reason)
    }
  }

  /**
   * One broker of the cluster listens here.
   * @returns whether that is news
   */
  learn({ id, host, port }: BrokerAddress): boolean {
    const node = this.#nodes.get(id)
    if (node !== undefined) return node.moveTo({ host, port })
    this.#add(id, { host, port })
    return true
  }

  close(): void {
    for (const node of this.all()) this.remove(node)
  }

  #add(id: number, address: ServerAddress): BrokerNode {
    const node = new BrokerNode(id, address, this.#surroundings)
    this.#nodes.set(id, node)
    return node
  }

  #dissolve(seed: BrokerNode): void {
    if (seed === this.#beside && this.#isStalled(seed.address)) return
    if (seed.connected) {
      const broker = this.brokers().find((node) =>
        isSameBroker(seed.address, seed.remote, node.address),
      )
      broker?.adoptFrom(seed)
    }
    this.remove(seed)
  }

  #isStalled(address: ServerAddress): boolean {
    return this.brokers().some((node) => node.stalled && sameAddress(node.address, address))
  }
}
