/**
 * A producer without a cluster, for the unit tests of programs that send.
 *
 * @packageDocumentation
 */
import { uniformStickyPartitioner } from '@sluice/partitioner'
import { senderDefaults } from '@sluice/sender'
import { nodeRuntime } from './runtime.js'
import type { SendingHalf } from './sending-half/sending-half.js'
import { MockFront } from './testing/mock-front.js'
import type { MockProducer, MockProducerOptions } from './testing/mock-producer.js'
import { RecordingProducer } from './testing/recording-producer.js'
import { SentRecords } from './testing/sent-records.js'

export type { MockProducer, MockProducerOptions } from './testing/mock-producer.js'

/**
 * Makes a producer that keeps the records that are sent to it. It checks, places and settles them with the code of a real
 * producer, and needs neither a cluster nor a socket.
 *
 * @param options - all have defaults: records are acknowledged by themselves, and each topic has one partition
 */
export function createMockProducer(options: MockProducerOptions = {}): MockProducer {
  const {
    partitioner = uniformStickyPartitioner(),
    maxRequestBytes = senderDefaults.maxRequestBytes,
    runtime = nodeRuntime(),
    onDeliveryError,
  } = options
  const records = new SentRecords(options, runtime)
  const front = new MockFront(records, runtime)
  const listener = onDeliveryError === undefined ? {} : { onDeliveryError }
  return new RecordingProducer(
    records,
    { partitioner, front, sendingHalf: noSendingHalf },
    { maxRequestBytes, runtime, ...listener },
  )
}

/** The mock's front keeps all records, so nothing comes here. */
const noSendingHalf: SendingHalf = {
  start: () => {},
  receive: () => {},
  connect: async () => {},
  close: async () => {},
}
