import type { AccumulatorOptions } from '@sluice/accumulator'
import type { NetworkOptions, Transport } from '@sluice/network'
import type { Partitioner } from '@sluice/partitioner'
import { KafkaError } from '@sluice/protocol'
import type { SenderOptions } from '@sluice/sender'
import type { Logger } from './runtime.js'

/** All options of the producer and its stages in one list. Only `bootstrapServers` must be given. */
export interface ProducerOptions extends AccumulatorOptions, SenderOptions, NetworkOptions {
  /** Chooses the partition of records that name none.
   *  @defaultValue uniformStickyPartitioner() */
  readonly partitioner?: Partitioner
  /** Opens connections.
   *  @defaultValue tcpTransport() */
  readonly transport?: Transport
  /** Hears what the producer reports.
   *  @defaultValue none: errors become process warnings */
  readonly logger?: Logger
  /** Hears of failed records that have neither a promise nor a callback.
   *  @defaultValue the logger, else one process warning a minute */
  readonly onDeliveryError?: (error: KafkaError) => void
}

const names: Record<keyof ProducerOptions, true> = {
  acks: true,
  allowAutoTopicCreation: true,
  batchBytes: true,
  batchRecords: true,
  bootstrapServers: true,
  bufferBytes: true,
  clientId: true,
  compression: true,
  connectionSetupTimeoutMs: true,
  connectionsMaxIdleMs: true,
  deliveryTimeoutMs: true,
  idempotent: true,
  lingerMs: true,
  logger: true,
  maxBlockMs: true,
  maxInFlight: true,
  maxRequestBytes: true,
  maxResponseBytes: true,
  metadataMaxAgeMs: true,
  onDeliveryError: true,
  partitioner: true,
  reconnectBackoffMaxMs: true,
  reconnectBackoffMs: true,
  requestTimeoutMs: true,
  retryBackoffMaxMs: true,
  retryBackoffMs: true,
  transport: true,
}

/** What other clients call it. */
const otherNames: Record<string, keyof ProducerOptions> = {
  brokers: 'bootstrapServers',
  batchSize: 'batchBytes',
  linger: 'lingerMs',
  bufferMemory: 'bufferBytes',
  requestTimeout: 'requestTimeoutMs',
  maxInFlightRequests: 'maxInFlight',
}

/** What no single stage can see. @throws KafkaError INVALID_OPTION */
export function checkProducerOptions(options: ProducerOptions): void {
  for (const name of Object.keys(options)) {
    if (name in names) continue
    const known = otherNames[name]
    throw invalid(`unknown option ${name}${known === undefined ? '' : `; here it is ${known}`}`)
  }
  const { deliveryTimeoutMs = 120_000, lingerMs = 0, requestTimeoutMs = 30_000 } = options
  if (deliveryTimeoutMs >= lingerMs + requestTimeoutMs) return
  throw invalid(
    `deliveryTimeoutMs (${deliveryTimeoutMs}) is below lingerMs + requestTimeoutMs (${lingerMs} + ${requestTimeoutMs}): ` +
      'no answer could be waited for; raise deliveryTimeoutMs or lower requestTimeoutMs',
  )
}

function invalid(detail: string): KafkaError {
  return new KafkaError('INVALID_OPTION', detail)
}
