import { detailOf, KafkaError } from '@sluice/protocol'
import { formatAddress } from '../server-address.js'
import type { BrokerNode } from './broker-node.js'
import { codeOfAll } from './refused-servers.js'

/**
 * Why nothing can be sent to a broker now, in words for its user: most often the address that the broker advertises does not
 * lead to it from here. Null where the broker can be used, and where nothing is known.
 */
export function nodeFailure(node: BrokerNode): KafkaError | null {
  if (node.authenticationFailure !== null) return node.authenticationFailure
  const address = `${formatAddress(node.address)}, its address in advertised.listeners`
  if (node.throttled) {
    const detail = `broker ${node.id} at ${address}, throttles this client for another ${Math.ceil(node.throttledMs)} ms`
    return new KafkaError('THROTTLING_QUOTA_EXCEEDED', detail)
  }
  if (node.connected) return slowness(node, address)
  const { failure } = node
  if (failure !== null) {
    const verb = node.unreachable ? 'cannot be reached' : 'has closed its connection'
    const detail = `broker ${node.id} ${verb} at ${address}: ${reasonOf(node, failure)}`
    return new KafkaError('CONNECTION_FAILED', detail, { cause: failure })
  }
  if (!node.connecting) return null
  const waited = `no connection after ${Math.round(node.connectingMs)} ms`
  return new KafkaError(
    'CONNECTION_FAILED',
    `broker ${node.id} has not been reached at ${address}: ${waited}`,
  )
}

/** The cluster has named a leader, but no address of it that can be connected to. */
export function unknownNode(id: number): KafkaError {
  const detail = `the cluster names broker ${id} as a leader, but no address of it that can be connected to; check its advertised.listeners`
  return new KafkaError('BROKER_NOT_AVAILABLE', detail)
}

/** Not one broker can be reached, although the cluster has answered through a bootstrap server. */
export function noBrokerReached(nodes: readonly BrokerNode[]): KafkaError {
  const reasons = nodes.slice(0, mostNamed).map((node) => {
    const reason = node.failure === null ? 'no connection' : reasonOf(node, node.failure)
    return `broker ${node.id} at ${formatAddress(node.address)}: ${reason}`
  })
  if (nodes.length > mostNamed) reasons.push(`and ${nodes.length - mostNamed} more`)
  const code = codeOfAll(nodes.map(({ failure }) => failure))
  const { problem, advice } = noneReached[code]
  const detail = `the cluster answers, but ${problem} at the address that it advertises: ${reasons.join('; ')}${advice}`
  return new KafkaError(code, detail, { cause: nodes.at(-1)?.failure ?? undefined })
}

/** In words, by what all brokers have in common. A refusal of TLS brings its own advice along. */
const noneReached = {
  CONNECTION_FAILED: {
    problem: 'no broker can be reached',
    advice:
      '; check advertised.listeners of the brokers, and that this client can resolve and reach these addresses',
  },
  TLS_AUTHENTICATION_FAILED: { problem: 'TLS is refused with every broker', advice: '' },
} as const

/** So many brokers are named in one message. */
const mostNamed = 10

function slowness(node: BrokerNode, address: string): KafkaError | null {
  if (!node.slow) return null
  const detail = `broker ${node.id} at ${address}, has left a request unanswered for more than a second`
  return new KafkaError('REQUEST_TIMEOUT', detail)
}

/** The text of a failure without the address, which is named already. */
function reasonOf({ address }: BrokerNode, failure: KafkaError): string {
  const prefix = `${formatAddress(address)}: `
  const detail = detailOf(failure)
  return detail.startsWith(prefix) ? detail.slice(prefix.length) : detail
}
