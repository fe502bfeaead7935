/**
 * A producer without a cluster, for the unit tests of programs that send.
 *
 * @packageDocumentation
 */
import { uniformStickyPartitioner } from '@sluice/partitioner'
import { longestTimerMs, numberOption, optionsOf } from '@sluice/protocol'
import { senderDefaults } from '@sluice/sender'
import { checkComposition } from './compose-options.js'
import { nodeRuntime } from './runtime.js'
import type { SendingHalf } from './sending-half/sending-half.js'
import { MockFront } from './testing/mock-front.js'
import type { MockProducer, MockProducerOptions } from './testing/mock-producer.js'
import { RecordingProducer } from './testing/recording-producer.js'
import { SentRecords } from './testing/sent-records.js'

export type { MockProducer, MockProducerOptions } from './testing/mock-producer.js'

const names =
  'autoComplete latencyMs partitions partitioner maxRequestBytes onDeliveryError runtime'.split(' ')

/**
 * Makes a producer that keeps the records that are sent to it. It checks, places and settles them with the code of a real
 * producer, and needs neither a cluster nor a socket.
 *
 * @param options - all have defaults: records are acknowledged by themselves, and each topic has one partition
 * @throws KafkaError INVALID_OPTION
 */
export function createMockProducer(options: MockProducerOptions = {}): MockProducer {
  const {
    partitioner = uniformStickyPartitioner(),
    maxRequestBytes = senderDefaults.maxRequestBytes,
    runtime = nodeRuntime(),
    onDeliveryError,
    latencyMs = 0,
  } = optionsOf('createMockProducer', options, names)
  numberOption('latencyMs', latencyMs, 0, longestTimerMs)
  const records = new SentRecords(options, runtime)
  const front = new MockFront(records, runtime)
  const listener = onDeliveryError === undefined ? {} : { onDeliveryError }
  const stages = { partitioner, front, sendingHalf: noSendingHalf }
  const composition = { maxRequestBytes, runtime, ...listener }
  checkComposition(stages, composition)
  return new RecordingProducer(records, stages, composition)
}

/** The mock's front keeps all records, so nothing comes here. */
const noSendingHalf: SendingHalf = {
  start: () => {},
  receive: () => {},
  connect: async () => {},
  close: async () => {},
}
