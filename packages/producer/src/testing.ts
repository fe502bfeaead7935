/**
 * A producer without a cluster, for the unit tests of programs that send, and the conformance kit of serializers.
 *
 * @packageDocumentation
 */
import { uniformStickyPartitioner } from '@sluice/partitioner'
import {
  longestTimerMs,
  numberOption,
  optionsOf,
  type RecordContent,
  wrongOption,
} from '@sluice/protocol'
import { senderDefaults } from '@sluice/sender'
import { checkComposition } from './compose-options.js'
import { nodeRuntime } from './runtime.js'
import type { SendingHalf } from './sending-half/sending-half.js'
import { MockFront } from './testing/mock-front.js'
import type { MockProducer, MockProducerOptions } from './testing/mock-producer.js'
import { MockTransactions } from './testing/mock-transactions.js'
import { RecordingProducer } from './testing/recording-producer.js'
import { SentRecords } from './testing/sent-records.js'

export { serializerConformance, type TestFunction } from './testing/serializer-conformance.js'
export type { MockProducer, MockProducerOptions, MockTransaction } from './testing/mock-producer.js'

const names =
  'autoComplete latencyMs partitions partitioner transactionalId maxRequestBytes interceptors keySerializer valueSerializer onDeliveryError runtime'.split(
    ' ',
  )

/**
 * Makes a producer that keeps the records that are sent to it. It checks, places and settles them with the code of a real
 * producer, and needs neither a cluster nor a socket.
 *
 * @param options - all have defaults: records are acknowledged by themselves, and each topic has one partition
 * @throws KafkaError INVALID_OPTION
 */
export function createMockProducer<K = RecordContent, V = RecordContent>(
  options?: MockProducerOptions<K, V>,
): MockProducer<K, V>
/** The same without serializers. */
export function createMockProducer(options?: MockProducerOptions): MockProducer
export function createMockProducer(
  options: MockProducerOptions<unknown, unknown> = {},
): MockProducer<unknown, unknown> {
  const {
    partitioner = uniformStickyPartitioner(),
    maxRequestBytes = senderDefaults.maxRequestBytes,
    runtime = nodeRuntime(),
    onDeliveryError,
    latencyMs = 0,
    interceptors = [],
    keySerializer,
    valueSerializer,
    transactionalId,
  } = optionsOf('createMockProducer', options, names)
  numberOption('latencyMs', latencyMs, 0, longestTimerMs)
  const transactions = transactionalId === undefined ? null : transactionsOf(transactionalId)
  const records = new SentRecords(options, runtime, (record) => transactions?.add(record))
  const front = new MockFront(records, runtime)
  const listener = onDeliveryError === undefined ? {} : { onDeliveryError }
  const sendingHalf = transactions === null ? noSendingHalf : { ...noSendingHalf, transactions }
  const stages = { partitioner, front, sendingHalf }
  const serializers = {
    ...(keySerializer === undefined ? {} : { keySerializer }),
    ...(valueSerializer === undefined ? {} : { valueSerializer }),
  }
  const composition = { maxRequestBytes, runtime, interceptors, ...serializers, ...listener }
  checkComposition(stages, composition)
  return new RecordingProducer({ records, transactions }, stages, composition)
}

function transactionsOf(transactionalId: string): MockTransactions {
  if (typeof transactionalId === 'string' && transactionalId !== '') return new MockTransactions()
  throw wrongOption('transactionalId', transactionalId, 'the name of this producer')
}

/** The mock's front keeps all records, so nothing comes here. */
const noSendingHalf: SendingHalf = {
  start: () => {},
  receive: () => {},
  connect: async () => {},
  close: async () => {},
}
