import type { AccumulatorFront, Waiter } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import {
  type FlatHeaders,
  flattenHeaders,
  KafkaError,
  type PartitionMetadata,
  type ProducerRecord,
  type RecordMetadata,
} from '@sluice/protocol'
import { abortable, aborted } from './abortable.js'
import { CallbackDeliveries } from './callback-delivery.js'
import { checkRecord } from './check-record.js'
import { Intake } from './intake.js'
import { KeepAlive } from './keep-alive.js'
import { manyDelivery, ManyGroup } from './many-delivery.js'
import type { AbortOptions, CloseOptions, DeliveryCallback, Producer } from './producer.js'
import { pendingMetadata, promiseDelivery, resolveOfLast } from './promise-delivery.js'
import type { ProducerRuntime } from './runtime.js'
import type { ComposeOptions, ProducerStages } from './stages.js'
import type { TopicIntake } from './topic-intake.js'
import { UnheardFailures } from './unheard-failures.js'

const closeTimeoutMs = 30_000

/** The producer: a thin join. Records go to the intake, everything else to the stage that knows. */
export class PipelineProducer implements Producer {
  readonly #front: AccumulatorFront
  readonly #network: NetworkClient
  readonly #intake: Intake
  readonly #callbacks: CallbackDeliveries
  readonly #keepAlive = new KeepAlive()
  readonly #runtime: ProducerRuntime
  #closing: Promise<void> | null = null

  constructor(
    { partitioner, accumulator, sender, network }: ProducerStages,
    options: ComposeOptions,
  ) {
    const { runtime, logger = null, onDeliveryError = null } = options
    const unheard = new UnheardFailures({ onDeliveryError, logger }, runtime)
    this.#runtime = runtime
    this.#front = accumulator.front
    this.#network = network
    this.#callbacks = new CallbackDeliveries((error) => unheard.hear(error), runtime)
    this.#intake = new Intake(accumulator.front, partitioner, options)
    accumulator.front.onPending((pending) =>
      pending ? this.#keepAlive.hold() : this.#keepAlive.release(),
    )
    sender.start({ queue: accumulator.queue, network })
  }

  async connect({ signal }: AbortOptions = {}): Promise<void> {
    this.#checkOpen()
    await this.#keepAlive.during(this.#network.connect(signal === undefined ? {} : { signal }))
  }

  send(record: ProducerRecord, options?: AbortOptions): Promise<RecordMetadata> {
    try {
      const topic = this.#check(record)
      const headers = headersOf(record)
      if (options?.signal !== undefined)
        return this.#sendAbortably(topic, record, headers, options.signal)
      const promise = pendingMetadata()
      this.#intake.take(topic, record, headers, promiseDelivery, resolveOfLast(), undefined)
      return promise
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async sendMany(
    records: readonly ProducerRecord[],
    { signal }: AbortOptions = {},
  ): Promise<RecordMetadata[]> {
    if (signal?.aborted) throw aborted(signal, 'no')
    const topics = records.map((record) => this.#check(record))
    const headers = records.map(headersOf)
    const group = new ManyGroup(records.length)
    const waiting = new Map<Waiter, TopicIntake>()
    for (const [place, record] of records.entries()) {
      const waiter = this.#intake.take(
        topics[place]!,
        record,
        headers[place]!,
        manyDelivery,
        group,
        place,
      )
      if (waiter !== null && signal !== undefined) waiting.set(waiter, topics[place]!)
    }
    return abortable(group.promise, signal, () => {
      for (const [waiter, topic] of waiting) topic.front.leave(waiter)
      return aborted(signal!, 'possibly')
    })
  }

  enqueue<C = undefined>(
    record: ProducerRecord,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean {
    const topic = this.#check(record)
    const delivery =
      onDelivery === undefined ? this.#callbacks.toNobody : this.#callbacks.toCallback
    const headers = headersOf(record)
    this.#callbacks.enter()
    this.#intake.take(topic, record, headers, delivery, onDelivery, context)
    this.#callbacks.leave()
    return this.#front.roomy
  }

  drained(): Promise<void> {
    return this.#front.drained()
  }

  async flush({ signal }: AbortOptions = {}): Promise<void> {
    this.#checkOutsideCallback('flush')
    if (signal?.aborted) throw aborted(signal)
    await abortable(this.#front.flush(), signal, () => aborted(signal!))
  }

  async partitionsFor(name: string): Promise<PartitionMetadata[]> {
    this.#checkOpen()
    const { front } = this.#intake.topic(name)
    if ((front.snapshot?.partitions.length ?? 0) === 0) await metadataOf(front)
    return [...(front.snapshot?.partitions ?? [])]
  }

  async close({ timeoutMs = closeTimeoutMs }: CloseOptions = {}): Promise<void> {
    this.#checkOutsideCallback('close')
    await (this.#closing ??= this.#keepAlive.during(this.#close(timeoutMs)))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(timeoutMs: number): Promise<void> {
    await this.#flushFor(timeoutMs)
    await this.#front.close()
    await this.#network.close()
    this.#keepAlive.end()
  }

  #flushFor(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#runtime.setTimeout(resolve, timeoutMs)
      void this.#front.flush().then(() => {
        this.#runtime.clearTimeout(timer)
        resolve()
      })
    })
  }

  #sendAbortably(
    topic: TopicIntake,
    record: ProducerRecord,
    headers: FlatHeaders | null,
    signal: AbortSignal,
  ): Promise<RecordMetadata> {
    if (signal.aborted) return Promise.reject(aborted(signal, 'no'))
    const promise = pendingMetadata()
    const waiter = this.#intake.take(
      topic,
      record,
      headers,
      promiseDelivery,
      resolveOfLast(),
      undefined,
    )
    return abortable(promise, signal, () =>
      aborted(signal, waiter !== null && topic.front.leave(waiter) ? 'no' : 'possibly'),
    )
  }

  #check(record: ProducerRecord): TopicIntake {
    if (this.#closing !== null) this.#checkOpen()
    checkRecord(record)
    return this.#intake.topic(record.topic)
  }

  #checkOpen(): void {
    if (this.#closing === null) return
    throw new KafkaError('PRODUCER_CLOSED', 'the producer is closed; create another one', {
      persisted: 'no',
    })
  }

  #checkOutsideCallback(call: string): void {
    if (!this.#callbacks.running) return
    throw new KafkaError(
      'ILLEGAL_STATE',
      `${call}() inside a delivery callback would wait for the callback itself; call it later`,
    )
  }
}

function headersOf({ headers }: ProducerRecord): FlatHeaders | null {
  return headers === undefined ? null : flattenHeaders(headers)
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
