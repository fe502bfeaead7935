import { createAccumulator } from '@sluice/accumulator'
import { createNetworkClient, tcpTransport } from '@sluice/network'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import { createSender, senderDefaults } from '@sluice/sender'
import { composeProducer, type Producer, type ProducerOptions } from '../src/index.js'
import type { ProducerRuntime } from '../src/runtime.js'

type Accumulator = ReturnType<typeof createAccumulator>

/**
 * The default stages, as `createProducer` has them, with another clock.
 * @param accumulator - in place of the default one
 */
export function composed(
  options: ProducerOptions,
  runtime: ProducerRuntime,
  accumulator: Accumulator = createAccumulator({ ...options, runtime }),
): Producer {
  const { transport = tcpTransport(), partitioner = uniformStickyPartitioner() } = options
  const { maxRequestBytes = senderDefaults.maxRequestBytes } = options
  const stages = {
    partitioner,
    accumulator,
    sender: createSender({ ...options, runtime }),
    network: createNetworkClient({ ...options, transport, runtime }),
  }
  return composeProducer(stages, { maxRequestBytes, runtime, logger: runtime.logger })
}
