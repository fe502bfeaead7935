/**
 * A Kafka producer for Node.js.
 *
 * @packageDocumentation
 */
import { accumulatorDefaults, createFront } from '@sluice/accumulator/front'
import { createQueue } from '@sluice/accumulator/queue'
import {
  createNetworkClient,
  insecureSasl,
  networkDefaults,
  resolveNetworkOptions,
  tcpTransport,
  tlsTransport,
  type Transport,
} from '@sluice/network'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import type { RecordContent } from '@sluice/protocol'
import { createSender, senderDefaults } from '@sluice/sender'
import { nextChannelSource } from './channels/channel-source.js'
import { StageChannels } from './channels/stage-channels.js'
import { type ComposeOptions, composeProducer, inlineSendingHalf } from './compose.js'
import { checkSizes, checkTimeouts } from './contradictions.js'
import { measuresBytes } from './metrics/measures/sending-measures.js'
import { Meter } from './metrics/meter.js'
import { checkProducerOptions, copyOptions, type ProducerOptions } from './options.js'
import type { Producer } from './producer.js'
import { observedRuntime, type ProducerRuntime, type StageListeners } from './runtime.js'
import type { SendingHalf } from './sending-half/sending-half.js'
import { threadSendingHalf } from './sending-half/thread/create-thread-sending-half.js'

// The types of this package's API, so that a program needs no other package to name them: under pnpm it could not.
export {
  type CompressionCodec,
  type ErrorCode,
  type HeaderValue,
  KafkaError,
  type PartitionMetadata,
  type ProducerRecord,
  type RecordContent,
  type RecordHeaders,
  type RecordMetadata,
  type RecordMetadataJson,
} from '@sluice/protocol'
export type { BootstrapServers, SaslMechanism, TlsSource, Transport } from '@sluice/network'
export type { Partitioner } from '@sluice/partitioner'
export type {
  InterceptedRecord,
  ProducerInterceptor,
  RecordAcknowledgement,
} from './interception/interceptor.js'
export type {
  BatchMessage,
  ChannelContexts,
  ChannelFailure,
  ChannelMessages,
  ChannelSource,
  ConnectionMessage,
  ErrorMessage,
  MetadataMessage,
  ProduceContext,
  RequestMessage,
  SendContext,
  SendMessage,
  TransactionContext,
  TransactionMessage,
  TransactionOutcome,
} from './channels/channel-messages.js'
export type { ProducerObserver } from './observer.js'
export type { ProducerOptions } from './options.js'
export {
  type ComposeOptions,
  composeProducer,
  inlineSendingHalf,
  type InlineSendingHalfDeps,
  type ProducerStages,
  type SendingHalf,
} from './compose.js'
export type {
  TelemetryChannel,
  TelemetryPush,
  TelemetrySubscription,
} from './sending-half/telemetry-channel.js'
export type { AbortOptions } from './delivery/abort-signal.js'
export type { DeliveryCallback } from './delivery/delivery-callback.js'
export type { CloseOptions } from './lifecycle/close-options.js'
export type { MetricsOptions } from './metrics/metrics-options.js'
export type { BrokerMetrics, ProducerMetrics, TopicMetrics } from './metrics/producer-metrics.js'
export type {
  ClusterStanding,
  CountedFigures,
  MeteredFigures,
  ProducerMeter,
} from './metrics/producer-meter.js'
export type { ProducerStatus } from './metrics/producer-status.js'
export type { Producer } from './producer.js'
export type { RecordWritable, WritableOptions, WrittenRecords } from './stream/record-writable.js'
export { jsonSerializer, type JsonSerializer } from './serialization/json-serializer.js'
export type { Serializer } from './serialization/serializer.js'
export type {
  TopicPartitionOffset,
  Transaction,
  TransactionOffsets,
} from './transactions/transaction.js'
export { type Logger, nodeRuntime, type ProducerRuntime } from './runtime.js'

type Options = ProducerOptions<unknown, unknown>

const namesOfStages = Object.keys({
  ...accumulatorDefaults,
  ...senderDefaults,
  ...networkDefaults,
})

/**
 * Makes a producer with the default stages: idempotent, acks all, bounded memory, partitions chosen as the Java client
 * chooses them. It connects with its first record, or with `connect()`.
 *
 * @throws KafkaError INVALID_OPTION that names the option and says what to change
 */
export function createProducer<K = RecordContent, V = RecordContent>(
  options: ProducerOptions<K, V>,
): Producer<K, V>
/** The same without serializers. */
export function createProducer(options: ProducerOptions): Producer
export function createProducer(
  options: ProducerOptions<unknown, unknown>,
): Producer<unknown, unknown> {
  const given = copyOptions(options)
  checkProducerOptions(given, namesOfStages)
  const { partitioner = uniformStickyPartitioner(), logger, observer } = given
  const meter = new Meter(
    given.senderThread === true ? new SharedArrayBuffer(measuresBytes) : undefined,
  )
  const { clientId = networkDefaults.clientId } = given
  const listeners = { meter, stageChannels: new StageChannels(nextChannelSource(clientId)) }
  const runtime = observedRuntime(listeners, logger, observer)
  const sendingHalf = sendingHalfOf(given, runtime, listeners)
  const front = createFront({
    ...given,
    runtime,
    toQueue: (message) => sendingHalf.receive(message),
  })
  checkTogether(given)
  return composeProducer({ partitioner, front, sendingHalf }, composeOptionsOf(given, runtime))
}

/** @throws KafkaError INVALID_OPTION for options that contradict each other */
function checkTogether({
  lingerMs = accumulatorDefaults.lingerMs,
  batchBytes = accumulatorDefaults.batchBytes,
  maxRequestBytes = senderDefaults.maxRequestBytes,
  deliveryTimeoutMs = accumulatorDefaults.deliveryTimeoutMs,
  requestTimeoutMs = senderDefaults.requestTimeoutMs,
}: Options): void {
  checkTimeouts(deliveryTimeoutMs, lingerMs, requestTimeoutMs)
  checkSizes(batchBytes, maxRequestBytes)
}

function composeOptionsOf(
  given: Options,
  runtime: ProducerRuntime,
): ComposeOptions<unknown, unknown> {
  const { interceptors = [], logger, onDeliveryError, telemetry = true, transactionalId } = given
  return {
    maxRequestBytes: given.maxRequestBytes ?? senderDefaults.maxRequestBytes,
    maxBlockMs: given.maxBlockMs ?? accumulatorDefaults.maxBlockMs,
    bufferBytes: given.bufferBytes ?? accumulatorDefaults.bufferBytes,
    runtime,
    telemetry,
    telemetryLabels: transactionalId === undefined ? {} : { transactional_id: transactionalId },
    interceptors,
    ...serializersOf(given),
    ...(logger === undefined ? {} : { logger: runtime.logger }),
    ...(onDeliveryError === undefined ? {} : { onDeliveryError }),
  }
}

function serializersOf({
  keySerializer,
  valueSerializer,
}: Options): Pick<Options, 'keySerializer' | 'valueSerializer'> {
  return {
    ...(keySerializer === undefined ? {} : { keySerializer }),
    ...(valueSerializer === undefined ? {} : { valueSerializer }),
  }
}

function sendingHalfOf(
  given: Options,
  runtime: ProducerRuntime,
  listeners: StageListeners,
): SendingHalf {
  const sender = createSender({ ...given, runtime })
  const transport = transportOf(given, runtime)
  if (given.senderThread === true) {
    // The thread has stages of its own. Here the options are only checked, so that a wrong one is an error now.
    resolveNetworkOptions(given)
    return threadSendingHalf(given, runtime, listeners)
  }
  return inlineSendingHalf({
    queue: (toFront) => createQueue({ ...given, toFront }),
    sender,
    network: createNetworkClient({ ...given, transport, runtime }),
  })
}

function transportOf(
  { transport, tls = false, sasl, allowInsecureSasl = false, logger }: Options,
  runtime: ProducerRuntime,
): Transport {
  if (transport !== undefined) return transport
  if (tls === false) {
    // The streams of other transports say whether they are encrypted: then the network checks that.
    if (sasl?.needsEncryption && !allowInsecureSasl) throw insecureSasl(sasl.name)
    return tcpTransport()
  }
  // Without a logger the process is warned of an option that weakens TLS.
  return tlsTransport(tls, logger === undefined ? {} : { logger: runtime.logger })
}
