import type { BrokerNode } from '../nodes/broker-node.js'
import type { MetadataRequest } from './metadata-schedule.js'

/** More requests are of no use: a cluster in which so many brokers do not answer is in trouble. */
const most = 3

/**
 * The Metadata requests that are not answered: one, and where a broker keeps it waiting for long, others to other brokers.
 * The first answer counts. Those that come after it are old.
 */
export class InFlightMetadata {
  readonly #requests = new Map<BrokerNode, MetadataRequest>()

  /** Whether every topic of interest is asked for now. */
  get full(): boolean {
    return [...this.#requests.values()].some(({ full }) => full)
  }

  /** Whether one more may be sent. */
  get maySend(): boolean {
    const nodes = [...this.#requests.keys()]
    return nodes.length < most && nodes.every(({ slow }) => slow)
  }

  sent(node: BrokerNode, request: MetadataRequest): void {
    this.#requests.set(node, request)
  }

  /** @returns false when the answer does not count any more */
  answered(node: BrokerNode, request: MetadataRequest): boolean {
    return this.#requests.get(node) === request && this.#requests.delete(node)
  }

  clear(): void {
    this.#requests.clear()
  }
}
