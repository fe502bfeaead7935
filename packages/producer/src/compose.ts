/**
 * Joins stages into a producer. It knows no default stage, so a stage that is not passed is not loaded.
 *
 * @packageDocumentation
 */
import type { RecordContent } from '@sluice/protocol'
import { checkComposition } from './compose-options.js'
import { PipelineProducer } from './pipeline-producer.js'
import type { Producer } from './producer.js'
import type { ComposeOptions, ProducerStages } from './stages.js'

export type {
  InterceptedRecord,
  ProducerInterceptor,
  RecordAcknowledgement,
} from './interception/interceptor.js'
export type { ChannelSource } from './channels/channel-messages.js'
export type { ProducerObserver } from './observer.js'
export type { AbortOptions } from './delivery/abort-signal.js'
export type { DeliveryCallback } from './delivery/delivery-callback.js'
export type { CloseOptions } from './lifecycle/close-options.js'
export type { BrokerMetrics, ProducerMetrics, TopicMetrics } from './metrics/producer-metrics.js'
export type {
  ClusterStanding,
  CountedFigures,
  MeteredFigures,
  ProducerMeter,
} from './metrics/producer-meter.js'
export type { ProducerStatus } from './metrics/producer-status.js'
export type { Producer } from './producer.js'
export { type Logger, nodeRuntime, type ProducerRuntime } from './runtime.js'
export { inlineSendingHalf, type InlineSendingHalfDeps } from './sending-half/inline.js'
export type { SendingHalf } from './sending-half/sending-half.js'
export type {
  TelemetryChannel,
  TelemetryPush,
  TelemetrySubscription,
} from './sending-half/telemetry-channel.js'
export type { Serializer } from './serialization/serializer.js'
export type { ComposeOptions, ProducerStages } from './stages.js'
export type { RecordWritable, WritableOptions, WrittenRecords } from './stream/record-writable.js'
export type {
  TopicPartitionOffset,
  Transaction,
  TransactionOffsets,
} from './transactions/transaction.js'

/** Makes a producer of these stages. They belong to it from now on: it starts the sending half, and its `close` closes both halves. @throws KafkaError INVALID_OPTION */
export function composeProducer<K = RecordContent, V = RecordContent>(
  stages: ProducerStages,
  options: ComposeOptions<K, V>,
): Producer<K, V>
/** The same without serializers. */
export function composeProducer(stages: ProducerStages, options: ComposeOptions): Producer
export function composeProducer(
  stages: ProducerStages,
  options: ComposeOptions<unknown, unknown>,
): Producer<unknown, unknown> {
  checkComposition(stages, options)
  return new PipelineProducer(stages, options)
}
