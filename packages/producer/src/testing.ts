/**
 * A producer without a cluster, for the unit tests of programs that send.
 *
 * @packageDocumentation
 */
import type { AccumulatorQueue } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import { senderDefaults } from '@sluice/sender'
import { nodeRuntime } from './runtime.js'
import type { ProducerStages } from './stages.js'
import { MockFront } from './testing/mock-front.js'
import type { MockProducer, MockProducerOptions } from './testing/mock-producer.js'
import { RecordingProducer } from './testing/recording-producer.js'
import { Sends } from './testing/sends.js'

export type { MockProducer, MockProducerOptions } from './testing/mock-producer.js'

/**
 * A producer that keeps what is sent to it. It checks, places and settles records with the code of the real one, and
 * needs neither cluster nor socket.
 */
export function createMockProducer(options: MockProducerOptions = {}): MockProducer {
  const {
    partitioner = uniformStickyPartitioner(),
    maxRequestBytes = senderDefaults.maxRequestBytes,
    runtime = nodeRuntime(),
    onDeliveryError,
  } = options
  const sends = new Sends(options, runtime)
  const stages = {
    partitioner,
    accumulator: { front: new MockFront(sends, runtime), queue: {} as AccumulatorQueue },
    sender: { start: () => {} },
    network: { connect: async () => {}, close: async () => {} } as Partial<NetworkClient>,
  } as ProducerStages
  const listener = onDeliveryError === undefined ? {} : { onDeliveryError }
  return new RecordingProducer(sends, stages, { maxRequestBytes, runtime, ...listener })
}
