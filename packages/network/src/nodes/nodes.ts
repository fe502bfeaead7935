import type { KafkaError } from '@sluice/protocol'
import type { ResolvedNetworkOptions } from '../options.js'
import type { NetworkRuntime } from '../runtime.js'
import { isSameBroker, sameAddress, type ServerAddress } from '../server-address.js'
import { BrokerNode, type NodeDeps, type NodeEvents } from './broker-node.js'
import type { Connections } from './connections.js'
import { ReconnectBackoff, triedAgain } from './reconnect-backoff.js'
import { ThrottledAddresses } from './throttled-addresses.js'

export interface BrokerAddress extends ServerAddress {
  readonly id: number
}

/** The brokers of the cluster by their ids, and while no broker is known the bootstrap servers, with ids below zero. */
export class Nodes {
  readonly #deps: NodeDeps
  readonly #events: NodeEvents
  readonly #nodes = new Map<number, BrokerNode>()
  readonly #throttles: ThrottledAddresses
  #lastBootstrapId = 0
  #secondConnection: BrokerNode | undefined

  constructor(
    runtime: NetworkRuntime,
    options: ResolvedNetworkOptions,
    connections: Connections,
    events: Omit<NodeEvents, 'throttled'>,
  ) {
    const { reconnectBackoffMs, reconnectBackoffMaxMs } = options
    this.#deps = {
      runtime,
      open: (address, owner) => connections.open(address, owner),
      backoff: () => new ReconnectBackoff(runtime, reconnectBackoffMs, reconnectBackoffMaxMs),
      next: triedAgain(options),
    }
    this.#throttles = new ThrottledAddresses(runtime)
    this.#events = { ...events, throttled: ({ address }, ms) => this.#throttle(address, ms) }
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

  /** The broker that listens at this address, as far as the cluster has said. */
  at(address: ServerAddress): BrokerNode | undefined {
    return this.brokers().find((broker) => sameAddress(broker.address, address))
  }

  addBootstrapServer(address: ServerAddress): BrokerNode {
    return this.#add(--this.#lastBootstrapId, address)
  }

  /**
   * A node of its own for the second connection to a broker that keeps requests on its first connection waiting. The
   * first metadata after the wait removes it.
   */
  get secondConnection(): BrokerNode | undefined {
    return this.#secondConnection
  }

  addSecondConnection(broker: BrokerNode): BrokerNode {
    if (this.#secondConnection !== undefined) this.remove(this.#secondConnection)
    this.#secondConnection = this.addBootstrapServer(broker.address)
    return this.#secondConnection
  }

  remove(node: BrokerNode): void {
    if (node === this.#secondConnection) this.#secondConnection = undefined
    this.#nodes.delete(node.id)
    node.retire()
  }

  /**
   * The cluster has these brokers, and no others. Connections to bootstrap servers become those of their brokers, or close.
   * @returns whether anything has changed
   */
  replace(brokers: readonly BrokerAddress[]): boolean {
    const named = new Set(brokers.map(({ id }) => id))
    const gone = this.brokers().filter((node) => !named.has(node.id))
    for (const node of gone) this.remove(node)
    const news = brokers.filter((broker) => this.learn(broker))
    for (const server of this.all().filter((node) => node.id < 0)) this.#dissolve(server)
    return gone.length + news.length > 0
  }

  /** Removes every broker that the cluster has named: the bootstrap servers will be asked for them again. */
  forget(reason: KafkaError): void {
    for (const node of this.brokers()) {
      this.remove(node)
      node.fail(reason)
    }
  }

  /**
   * Takes in the address of one broker of the cluster.
   * @returns whether it is a new one
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
    const node = new BrokerNode(id, address, this.#deps, this.#events)
    this.#nodes.set(id, node)
    node.throttle(this.#throttles.leftMs(address))
    return node
  }

  /** Every node of this broker is to be sent nothing, and each that will be made meanwhile. */
  #throttle(address: ServerAddress, ms: number): void {
    this.#throttles.extend(address, ms)
    for (const node of this.#nodes.values())
      if (sameAddress(node.address, address)) node.throttle(ms)
  }

  #dissolve(server: BrokerNode): void {
    if (server === this.#secondConnection && this.#isSlow(server.address)) return
    if (server.connected) {
      const broker = this.brokers().find((node) =>
        isSameBroker(server.address, server.remote, node.address),
      )
      broker?.adoptFrom(server)
    }
    this.remove(server)
  }

  #isSlow(address: ServerAddress): boolean {
    return this.brokers().some((node) => node.slow && sameAddress(node.address, address))
  }
}
