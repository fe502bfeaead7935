import type { BrokerNode } from '../nodes/broker-node.js'
import type { Nodes } from '../nodes/nodes.js'

/** The broker that gave an answer, as far as its answer is believed or doubted because of it. */
export interface AnswerSource {
  /** The broker's id; {@link unknownBroker} where it is not known. */
  readonly broker: number
  /** Whether no other broker of the cluster can be asked. */
  readonly alone: boolean
  /** Whether the cluster has a broker with this id, as the same answer says. */
  hasBroker(id: number): boolean
}

/** The id of no broker. */
export const unknownBroker = -1

/** An answer that speaks for itself only. */
export const unknownSource: AnswerSource = {
  broker: unknownBroker,
  alone: false,
  hasBroker: () => true,
}

/**
 * The broker behind a node that has answered. A bootstrap server that turns out to be a broker counts as that broker.
 * @param connectionId - of the node when it answered: the broker may have taken the connection over since
 */
export function sourceOf(node: BrokerNode, connectionId: number, nodes: Nodes): AnswerSource {
  const brokers = nodes.brokers()
  const broker = brokers.find((one) => one.connectionId === connectionId) ?? nodes.at(node.address)
  return {
    broker: broker?.id ?? unknownBroker,
    alone: brokers.filter(({ unreachable }) => !unreachable).length <= 1,
    hasBroker: (id) => nodes.get(id) !== undefined,
  }
}
