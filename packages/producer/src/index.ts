/**
 * A Kafka producer for Node.js.
 *
 * @packageDocumentation
 */
import { accumulatorDefaults, createAccumulator } from '@sluice/accumulator'
import { createNetworkClient, tcpTransport } from '@sluice/network'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import { createSender, senderDefaults } from '@sluice/sender'
import { composeProducer } from './compose.js'
import { checkProducerOptions, type ProducerOptions } from './options.js'
import type { Producer } from './producer.js'
import { nodeRuntime } from './runtime.js'

export type { ProducerOptions } from './options.js'
export { type ComposeOptions, composeProducer, type ProducerStages } from './compose.js'
export type { AbortOptions, CloseOptions, DeliveryCallback, Producer } from './producer.js'
export { type Logger, nodeRuntime, type ProducerRuntime } from './runtime.js'

/**
 * A producer with every default: idempotent, acks all, bounded memory, partitions chosen as Java does.
 * It connects with its first record, or with `connect()`. This file alone knows the default stages.
 *
 * @throws KafkaError INVALID_OPTION that says what to change
 */
export function createProducer(options: ProducerOptions): Producer {
  checkProducerOptions(options)
  const {
    partitioner = uniformStickyPartitioner(),
    transport = tcpTransport(),
    logger,
    onDeliveryError,
  } = options
  const runtime = nodeRuntime(logger)
  return composeProducer(
    {
      partitioner,
      accumulator: createAccumulator({ ...options, runtime }),
      sender: createSender({ ...options, runtime }),
      network: createNetworkClient({ ...options, transport, runtime }),
    },
    {
      batchBytes: options.batchBytes ?? accumulatorDefaults.batchBytes,
      maxRequestBytes: options.maxRequestBytes ?? senderDefaults.maxRequestBytes,
      runtime,
      ...(logger === undefined ? {} : { logger }),
      ...(onDeliveryError === undefined ? {} : { onDeliveryError }),
    },
  )
}
