import type { AccumulatorFront } from '@sluice/accumulator'
import type { PartitionMetadata, ProducerRecord, RecordMetadata } from '@sluice/protocol'
import { abortable, aborted, signalOf } from './delivery/abort-signal.js'
import { CallbackDeliveries } from './delivery/callback-delivery.js'
import { manyDelivery, ManyGroup } from './delivery/many-delivery.js'
import { pendingMetadata, promiseDelivery, resolveOfLast } from './delivery/promise-delivery.js'
import { UnheardFailures } from './delivery/unhandled-failures.js'
import { invalid } from './intake/check-record.js'
import { Intake } from './intake/intake.js'
import type { Slip } from './intake/pending-record.js'
import type { TopicIntake } from './intake/topic-intake.js'
import { typeName } from './invalid.js'
import { Lifecycle } from './lifecycle/lifecycle.js'
import type { AbortOptions, CloseOptions, DeliveryCallback, Producer } from './producer.js'
import type { ComposeOptions, ProducerStages } from './stages.js'

const closeTimeoutMs = 30_000

/** The producer: a thin join. Records go to the intake, everything else to the stage that knows. */
export class PipelineProducer implements Producer {
  readonly #front: AccumulatorFront
  readonly #intake: Intake
  readonly #callbacks: CallbackDeliveries
  readonly #lifecycle: Lifecycle

  constructor({ partitioner, front, sendingHalf }: ProducerStages, options: ComposeOptions) {
    const { runtime, logger = null, onDeliveryError = null } = options
    const unheard = new UnheardFailures({ onDeliveryError, logger }, runtime)
    const callbacks = new CallbackDeliveries((error) => unheard.hear(error), runtime)
    this.#front = front
    this.#callbacks = callbacks
    this.#intake = new Intake(front, partitioner, options)
    this.#lifecycle = new Lifecycle({ front, sendingHalf, callbacks, unheard, runtime, logger })
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
      const slip = this.#intake.check(record)
      const promise = pendingMetadata()
      this.#intake.take(slip, promiseDelivery, resolveOfLast(), undefined)
      return promise
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async sendMany(
    records: readonly ProducerRecord[],
    options?: AbortOptions,
  ): Promise<RecordMetadata[]> {
    this.#lifecycle.checkOpen()
    const signal = signalOf(options)
    if (signal?.aborted) throw aborted(signal, 'no')
    if (!Array.isArray(records)) throw invalid('sendMany takes an array of records')
    const slips = Array.from(records, (record: ProducerRecord) => this.#intake.check(record))
    const group = new ManyGroup(slips.length)
    const waiting: Slip[] = []
    for (const [place, slip] of slips.entries())
      if (!this.#intake.take(slip, manyDelivery, group, place)) waiting.push(slip)
    return abortable(group.promise, signal, () => {
      // From the end: who leaves there lets nobody move up that is to leave, too.
      const left = waiting.reverse().filter((slip) => slip.leave())
      return aborted(signal!, left.length === slips.length ? 'no' : 'possibly')
    })
  }

  enqueue<C = undefined>(
    record: ProducerRecord,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean {
    this.#lifecycle.checkOpen()
    if (onDelivery !== undefined && typeof onDelivery !== 'function')
      throw invalid(`onDelivery is ${typeName(onDelivery)}; give a function`)
    const { toCallback, toNobody } = this.#callbacks
    const slip = this.#intake.check(record)
    this.#callbacks.enter()
    try {
      this.#intake.take(slip, onDelivery === undefined ? toNobody : toCallback, onDelivery, context)
    } finally {
      this.#callbacks.leave()
    }
    return this.#front.hasRoom
  }

  drained(): Promise<void> {
    return this.#front.drained()
  }

  async flush(options?: AbortOptions): Promise<void> {
    await this.#lifecycle.flush(signalOf(options))
  }

  async partitionsFor(name: string): Promise<PartitionMetadata[]> {
    this.#lifecycle.checkOpen()
    const { front } = this.#intake.topic(name)
    if ((front.snapshot?.partitions.length ?? 0) === 0) await metadataOf(front)
    // The snapshot is what records are placed by: the caller gets a copy.
    return structuredClone([...(front.snapshot?.partitions ?? [])])
  }

  async close(options?: CloseOptions): Promise<void> {
    await this.#lifecycle.close(options?.timeoutMs ?? closeTimeoutMs)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #sendAbortably(record: ProducerRecord, signal: AbortSignal): Promise<RecordMetadata> {
    if (signal.aborted) throw aborted(signal, 'no')
    const slip = this.#intake.check(record)
    const promise = pendingMetadata()
    const taken = this.#intake.take(slip, promiseDelivery, resolveOfLast(), undefined)
    return abortable(promise, signal, () =>
      aborted(signal, !taken && slip.leave() ? 'no' : 'possibly'),
    )
  }
}

/** Resolves once the topic is known. */
function metadataOf(front: TopicIntake['front']): Promise<void> {
  return new Promise((resolve, reject) => {
    front.wait({
      bytes: 0,
      resume: () => {
        resolve()
        return true
      },
      fail: reject,
    })
  })
}
