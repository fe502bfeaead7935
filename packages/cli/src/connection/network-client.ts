import {
  createNetworkClient,
  insecureSasl,
  type NetworkClient,
  tcpTransport,
  tlsTransport,
} from '@sluice/network'
import { nodeRuntime } from '@sluice/producer'
import type { Connection } from './connection.js'

/**
 * A client of the network alone, for commands that ask the cluster and send no records.
 *
 * @param requestTimeoutMs - how long an answer may take
 * @throws KafkaError INVALID_OPTION
 */
export function networkClientOf(connection: Connection, requestTimeoutMs: number): NetworkClient {
  const { tls = false, sasl, allowInsecureSasl = false, logger, ...rest } = connection
  if (tls === false && sasl?.needsEncryption === true && !allowInsecureSasl)
    throw insecureSasl(sasl.name)
  const runtime = nodeRuntime(logger)
  return createNetworkClient({
    ...rest,
    runtime,
    requestTimeoutMs,
    allowInsecureSasl,
    // What asks about a topic must not make it.
    allowAutoTopicCreation: false,
    transport: tls === false ? tcpTransport() : tlsTransport(tls, { logger: runtime.logger }),
    ...(sasl === undefined ? {} : { sasl }),
  })
}
