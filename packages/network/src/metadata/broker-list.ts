import { KafkaError, type metadataApi, type ResponseOf } from '@sluice/protocol'
import type { BrokerAddress } from '../nodes/nodes.js'
import { isHost, isPort } from '../server-address.js'

type BrokerAnswer = ResponseOf<typeof metadataApi>['brokers'][number]

/** More brokers than any cluster has; a peer that names more is none. */
const maxBrokers = 10_000

/**
 * The brokers that a peer names and that can be connected to.
 * @throws KafkaError MALFORMED_RESPONSE when that is none, or far too many
 */
export function readBrokers(answers: readonly BrokerAnswer[]): readonly BrokerAddress[] {
  if (answers.length > maxBrokers) throw malformed(`names ${answers.length} brokers`)
  const brokers = answers
    .filter(({ nodeId, host, port }) => nodeId >= 0 && isHost(host) && isPort(port))
    .map(({ nodeId, host, port }) => ({ id: nodeId, host, port }))
  if (brokers.length === 0) throw malformed('names no broker that could be connected to')
  return brokers
}

function malformed(problem: string): KafkaError {
  return new KafkaError('MALFORMED_RESPONSE', `the metadata ${problem}`)
}
