import type { AccumulatorFront } from '@sluice/accumulator'
import type { PartitionMetadata, ProducerRecord, RecordMetadata } from '@sluice/protocol'
import { abortable, abortedError, signalOf } from './delivery/abort-signal.js'
import { CallbackDeliveries } from './delivery/callback-delivery.js'
import { DeliveryGroup } from './delivery/group-delivery.js'
import {
  abortableDelivery,
  pendingMetadata,
  promiseDelivery,
  resolveOfLast,
} from './delivery/promise-delivery.js'
import { RefusalPace } from './delivery/refusal-pace.js'
import { UnhandledFailures } from './delivery/unhandled-failures.js'
import { CheckedRecords } from './intake/checked-records.js'
import { Intake, neverInBatch } from './intake/intake.js'
import { ManyRecords } from './intake/many-records.js'
import { noList } from './intake/misspelt-record.js'
import { invalidArgument, typeName } from './invalid.js'
import { timeoutOf } from './lifecycle/close-options.js'
import { Lifecycle } from './lifecycle/lifecycle.js'
import type { AbortOptions, CloseOptions, DeliveryCallback, Producer } from './producer.js'
import { guardedLogger } from './runtime.js'
import type { ComposeOptions, ProducerStages } from './stages.js'

/** The producer: a thin join. Records go to the intake, everything else to the part that knows. */
export class PipelineProducer implements Producer {
  readonly #front: AccumulatorFront
  readonly #intake: Intake
  readonly #callbacks: CallbackDeliveries
  readonly #lifecycle: Lifecycle
  readonly #pace: RefusalPace

  constructor({ partitioner, front, sendingHalf }: ProducerStages, options: ComposeOptions) {
    const { maxRequestBytes, runtime, onDeliveryError = null } = options
    const logger = options.logger === undefined ? null : guardedLogger(options.logger)
    const unhandled = new UnhandledFailures({ onDeliveryError, logger, runtime })
    const onUnhandled = unhandled.report.bind(unhandled)
    const callbacks = new CallbackDeliveries({ onUnhandled, runtime })
    this.#front = front
    this.#callbacks = callbacks
    this.#pace = new RefusalPace(runtime)
    this.#intake = new Intake({ front, partitioner, maxRequestBytes, logger: runtime.logger })
    this.#lifecycle = new Lifecycle({ front, sendingHalf, callbacks, unhandled, runtime, logger })
    sendingHalf.start((message) => front.receive(message))
  }

  /** True from the first `close()` on. */
  get closed(): boolean {
    return this.#lifecycle.closed
  }

  async connect(options?: AbortOptions): Promise<void> {
    await this.#lifecycle.connect(signalOf(options))
  }

  send(record: ProducerRecord, options?: AbortOptions): Promise<RecordMetadata> {
    try {
      this.#lifecycle.checkOpen()
      const signal = signalOf(options)
      if (signal !== undefined) return this.#sendAbortably(record, signal)
      const pending = this.#intake.check(record)
      const promise = pendingMetadata()
      const ticket = this.#intake.take(pending, promiseDelivery, resolveOfLast(), undefined)
      return ticket === neverInBatch ? this.#pace.tell(promise) : promise
    } catch (error) {
      return this.#pace.tell(Promise.reject(error))
    }
  }

  sendMany(records: readonly ProducerRecord[], options?: AbortOptions): Promise<RecordMetadata[]> {
    try {
      this.#lifecycle.checkOpen()
      const signal = signalOf(options)
      if (signal?.aborted) throw abortedError(signal, 'no')
      if (!Array.isArray(records)) throw noList(records)
      return this.#sendMany(this.#checkAll(records), signal)
    } catch (error) {
      return this.#pace.tell(Promise.reject(error))
    }
  }

  enqueue<C = undefined>(
    record: ProducerRecord,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean {
    this.#lifecycle.checkOpen()
    if (onDelivery !== undefined && typeof onDelivery !== 'function')
      throw invalidArgument(`onDelivery is ${typeName(onDelivery)}; give a function`)
    const pending = this.#intake.check(record)
    const callbacks = this.#callbacks
    const kept =
      onDelivery === undefined ? undefined : callbacks.kept(onDelivery, this.#front.timestamp())
    callbacks.enter()
    try {
      const ticket = this.#intake.take(pending, callbacks.deliveryOf(kept), kept, context)
      if (ticket === neverInBatch) this.#pace.count()
    } finally {
      callbacks.leave()
    }
    return this.#front.hasRoom
  }

  drained(): Promise<void> {
    return this.#pace.nextTurn?.then(() => this.#front.drained()) ?? this.#front.drained()
  }

  async flush(options?: AbortOptions): Promise<void> {
    await this.#lifecycle.flush(signalOf(options))
  }

  async partitionsFor(name: string): Promise<PartitionMetadata[]> {
    try {
      return await this.#partitionsFor(name)
    } catch (error) {
      return this.#pace.tell(Promise.reject(error))
    }
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

  #sendAbortably(record: ProducerRecord, signal: AbortSignal): Promise<RecordMetadata> {
    if (signal.aborted) throw abortedError(signal, 'no')
    const pending = this.#intake.check(record)
    const { front } = pending.topic
    const promise = pendingMetadata()
    const ticket = this.#intake.take(pending, abortableDelivery, resolveOfLast(), undefined)
    const result = abortable(promise, signal, () => {
      const inNoBatch = ticket === neverInBatch || (ticket >= 0 && front.leave(ticket))
      return abortedError(signal, inNoBatch ? 'no' : 'possibly')
    })
    return ticket === neverInBatch ? this.#pace.tell(result) : result
  }

  #sendMany(records: CheckedRecords, signal: AbortSignal | undefined): Promise<RecordMetadata[]> {
    const group = new DeliveryGroup(records.count)
    const many = new ManyRecords({ front: this.#front, intake: this.#intake, records, group })
    many.take()
    const results = abortable(group.promise, signal, () =>
      abortedError(signal!, many.leave() ? 'no' : 'possibly'),
    )
    return many.refused ? this.#pace.tell(results) : results
  }

  /** By the length of the array, not by an iterator of its own, which need not end. */
  #checkAll(records: readonly ProducerRecord[]): CheckedRecords {
    const checked = new CheckedRecords(records.length)
    for (let at = 0; at < checked.count; at++) {
      const pending = this.#intake.check(records[at]!)
      checked.set(at, pending)
      this.#intake.giveBack(pending)
    }
    return checked
  }
}
