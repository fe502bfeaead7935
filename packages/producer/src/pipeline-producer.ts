import { addAbortSignal } from 'node:stream'
import type { AccumulatorFront } from '@sluice/accumulator'
import type { PartitionMetadata, RecordMetadata } from '@sluice/protocol'
import { nextChannelSource } from './channels/channel-source.js'
import { errorChannel } from './channels/error-channel.js'
import { TransactionChannel } from './channels/transaction-channel.js'
import { defaultBufferBytes, defaultMaxBlockMs } from './compose-options.js'
import { type AbortOptions, signalOf } from './delivery/abort-signal.js'
import { CallbackDeliveries, type CallbackDeliveriesDeps } from './delivery/callback-delivery.js'
import type { DeliveryCallback } from './delivery/delivery-callback.js'
import { RefusalPace } from './delivery/refusal-pace.js'
import { UnhandledFailures } from './delivery/unhandled-failures.js'
import type { GivenRecord } from './intake/given-record.js'
import { Intake, type IntakeDeps } from './intake/intake.js'
import { Sending, type SendingScope } from './intake/sending.js'
import type { SendingCalls } from './interception/intercepted-sending.js'
import { Intercepting, type InterceptingDeps } from './interception/intercepting.js'
import { Listening } from './interception/listening.js'
import { invalidArgument, typeName } from './invalid.js'
import { type CloseOptions, timeoutOf } from './lifecycle/close-options.js'
import { Lifecycle } from './lifecycle/lifecycle.js'
import { type MetricsOptions, wantsQueues } from './metrics/metrics-options.js'
import type { ProducerMetrics } from './metrics/producer-metrics.js'
import type { ProducerStatus } from './metrics/producer-status.js'
import { Watch } from './metrics/watch.js'
import type { Producer } from './producer.js'
import { guardedLogger } from './runtime.js'
import type { SendingHalf } from './sending-half/sending-half.js'
import { SerializingIntake } from './serialization/serializing-intake.js'
import type { ComposeOptions, ProducerStages } from './stages.js'
import { ProducerWritable, type ProducerWritableDeps } from './stream/producer-writable.js'
import type { RecordWritable, WritableOptions } from './stream/record-writable.js'
import { Telemetry } from './telemetry/telemetry.js'
import { LateTransactions } from './transactions/late-transactions.js'
import type { Transaction } from './transactions/transaction.js'
import { notTransactional, outsideOfTransaction } from './transactions/wrong-producer.js'

type AnyOptions = ComposeOptions<unknown, unknown>

/** The producer: a thin join. Records go to the intake, everything else to the part that knows. */
export class PipelineProducer implements Producer<unknown, unknown> {
  readonly #front: AccumulatorFront
  readonly #intake: Intake
  readonly #watch: Watch
  readonly #lifecycle: Lifecycle
  readonly #pace: RefusalPace
  readonly #scope: SendingScope
  readonly #sending: SendingCalls
  /** Lets interceptors and channels see records. */
  readonly #listening: Listening
  readonly #streamDeps: ProducerWritableDeps
  /** Null for a producer without `transactionalId`. */
  readonly #transactions: LateTransactions | null

  constructor({ partitioner, front, sendingHalf }: ProducerStages, options: AnyOptions) {
    const { maxRequestBytes, maxBlockMs = defaultMaxBlockMs, runtime } = options
    const { bufferBytes = defaultBufferBytes } = options
    const logger = options.logger === undefined ? null : guardedLogger(options.logger)
    const { onDeliveryError = null } = options
    const { channelSource: source = nextChannelSource() } = runtime
    const watch = new Watch({
      front,
      source,
      runtime,
      closed: () => this.closed,
      fatal: () => this.#transactions?.fatal ?? null,
      onTold: errorChannel(source),
    })
    const { told } = watch
    const unhandled = new UnhandledFailures({ onDeliveryError, logger, runtime })
    sendingHalf.start((message) => front.receive(message))
    const { transactions } = sendingHalf
    const listeners = this.#listeners(sendingHalf, unhandled)
    const seen = interceptingDepsOf(options, listeners)
    const intercepting = interceptingOf(options, seen)
    const listening = new Listening(intercepting, { ...seen, runtime, source })
    const moreBytes = intercepting === null ? 0 : Intercepting.moreBytes
    const callbacks = new CallbackDeliveries({ ...listeners, told, runtime, moreBytes })
    const pace = new RefusalPace(runtime)
    const intakeDeps = { front, partitioner, maxRequestBytes, logger: runtime.logger }
    const intake = intakeOf(intakeDeps, options)
    const endTransaction = async (): Promise<void> => this.#transactions?.close()
    const parts = { front, sendingHalf, callbacks, unhandled, runtime, logger, endTransaction }
    const acknowledged = (): Promise<void> => listening.acknowledged()
    const telemetry = telemetryOf(sendingHalf, options, () => watch.metrics())
    const lifecycle = new Lifecycle({ ...parts, telemetry, acknowledged })
    const sendingFor = (scope: SendingScope): Sending =>
      new Sending({ front, intake, callbacks, pace, told, scope, moreBytes })
    this.#front = front
    this.#intake = intake
    this.#watch = watch
    this.#lifecycle = lifecycle
    this.#pace = pace
    this.#scope = transactions === undefined ? lifecycle : outsideOf(lifecycle)
    this.#listening = listening
    const sending = sendingFor(this.#scope)
    this.#sending = listening.sending(sending)
    this.#streamDeps = this.#streamDepsOf(unhandled, bufferBytes)
    const channel = new TransactionChannel(source)
    const deps = { front, lifecycle, runtime, maxBlockMs, sendingFor, refusing: sending, channel }
    this.#transactions =
      transactions === undefined ? null : new LateTransactions({ ...deps, transactions })
  }

  /** True from the first `close()` on. */
  get closed(): boolean {
    return this.#lifecycle.closed
  }

  async connect(options?: AbortOptions): Promise<void> {
    const signal = signalOf(options)
    await this.#lifecycle.connect(signal)
    await this.#transactions?.initialize(signal)
  }

  send(record: GivenRecord, options?: AbortOptions): Promise<RecordMetadata> {
    return this.#sending.send(record, options)
  }

  sendMany(records: readonly GivenRecord[], options?: AbortOptions): Promise<RecordMetadata[]> {
    return this.#sending.sendMany(records, options)
  }

  enqueue<C = undefined>(
    record: GivenRecord,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean {
    return this.#sending.enqueue(record, onDelivery, context)
  }

  drained(): Promise<void> {
    return this.#pace.nextTurn?.then(() => this.#front.drained()) ?? this.#front.drained()
  }

  writable(options?: WritableOptions): RecordWritable {
    const signal = signalOf(options)
    this.#scope.checkOpen()
    const stream = new ProducerWritable(this.#streamDeps)
    return signal === undefined ? stream : addAbortSignal(signal, stream)
  }

  async flush(options?: AbortOptions): Promise<void> {
    await this.#lifecycle.flush(signalOf(options))
  }

  async beginTransaction(): Promise<Transaction<unknown, unknown>> {
    return this.#listening.transaction(await this.#transactional('beginTransaction').begin())
  }

  async transact<T>(work: (transaction: Transaction<unknown, unknown>) => Promise<T>): Promise<T> {
    if (typeof work !== 'function')
      throw invalidArgument(
        `transact takes a function of a transaction, and this is ${typeName(work)}`,
      )
    return this.#transactional('transact').transact((tx) => work(this.#listening.transaction(tx)))
  }

  async partitionsFor(name: string): Promise<PartitionMetadata[]> {
    try {
      return await this.#partitionsFor(name)
    } catch (error) {
      return this.#pace.tell(Promise.reject(error))
    }
  }

  metrics(options?: MetricsOptions): ProducerMetrics {
    return this.#watch.metrics(wantsQueues(options))
  }

  status(): ProducerStatus {
    return this.#watch.status()
  }

  async close(options?: CloseOptions): Promise<void> {
    await this.#lifecycle.close(timeoutOf(options))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #partitionsFor(name: string): Promise<PartitionMetadata[]> {
    this.#lifecycle.checkOpen()
    const { front } = this.#intake.topic(name)
    if ((front.snapshot?.partitions.length ?? 0) === 0)
      await this.#lifecycle.during(front.whenKnown())
    // Records are placed by the snapshot itself, so the caller gets a copy.
    return (front.snapshot?.partitions ?? []).map((partition) => ({
      ...partition,
      replicas: [...partition.replicas],
      inSyncReplicas: [...partition.inSyncReplicas],
    }))
  }

  /** A transaction tells of its failures itself, and fails records by its abort, which is no news. */
  #listeners(
    { transactions }: SendingHalf,
    unhandled: UnhandledFailures,
  ): Pick<CallbackDeliveriesDeps, 'onUnhandled' | 'onFailure'> {
    if (transactions === undefined) return { onUnhandled: (error) => unhandled.report(error) }
    return {
      onFailure: (error) => this.#transactions?.failed(error),
      onUnhandled: (error) => {
        if (this.#transactions?.isAborting !== true) unhandled.report(error)
      },
    }
  }

  #streamDepsOf(unhandled: UnhandledFailures, bufferBytes: number): ProducerWritableDeps {
    return {
      enqueue: (record, onDelivery) => this.enqueue(record, onDelivery),
      drained: () => this.drained(),
      flush: () => void this.#front.flush(),
      onUnhandled: (error) => unhandled.report(error),
      bufferBytes,
    }
  }

  #transactional(call: string): LateTransactions {
    if (this.#transactions === null) throw notTransactional(call)
    return this.#transactions
  }
}

/** Null where the cluster is told nothing. */
function telemetryOf(
  { telemetry: channel }: SendingHalf,
  { runtime, telemetry = true, telemetryLabels: resource = {} }: AnyOptions,
  metrics: () => ProducerMetrics,
): Telemetry | null {
  if (!telemetry || channel === undefined) return null
  return new Telemetry({ channel, metrics, resource, runtime })
}

function intakeOf(deps: IntakeDeps, { keySerializer, valueSerializer }: AnyOptions): Intake {
  if (keySerializer === undefined && valueSerializer === undefined) return new Intake(deps)
  return new SerializingIntake(deps, { key: keySerializer ?? null, value: valueSerializer ?? null })
}

function interceptingDepsOf(
  { keySerializer, valueSerializer, maxRequestBytes, runtime }: AnyOptions,
  { onUnhandled }: Pick<CallbackDeliveriesDeps, 'onUnhandled'>,
): InterceptingDeps {
  const serialized = { key: keySerializer !== undefined, value: valueSerializer !== undefined }
  return { maxRequestBytes, serialized, runtime, onUnhandled }
}

function interceptingOf(
  { interceptors = [] }: AnyOptions,
  deps: InterceptingDeps,
): Intercepting | null {
  return interceptors.length === 0 ? null : new Intercepting([...interceptors], deps)
}

/** A producer with `transactionalId` itself sends nothing. */
function outsideOf(lifecycle: Lifecycle): SendingScope {
  return {
    checkOpen(): never {
      lifecycle.checkOpen()
      throw outsideOfTransaction()
    },
  }
}
