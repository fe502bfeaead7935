import type { Delivery } from '@sluice/accumulator'
import type { KafkaError, ProducerRecord, RecordMetadata } from '@sluice/protocol'
import { invalid } from '../intake/check-record.js'
import type { ProducerRuntime } from '../runtime.js'
import type { MockProducerOptions } from './mock-producer.js'

/** One record that was taken, and who is to be told. */
export interface Send {
  /** A copy of what was given. */
  readonly record: ProducerRecord
  readonly partition: number
  readonly timestamp: number
  readonly delivery: Delivery
  readonly a: unknown
  readonly b: unknown
}

/** The history of a mock producer, and what becomes of its records. */
export class Sends {
  readonly #options: MockProducerOptions
  readonly #runtime: ProducerRuntime
  #all: Send[] = []
  readonly #pending = new Set<Send>()
  /** By topic and partition. */
  readonly #nextOffsets = new Map<string, bigint>()
  /** Who waits for a record to settle. */
  readonly #watchers = new Map<Send, (() => void)[]>()
  onPending: (pending: boolean) => void = () => {}

  constructor(options: MockProducerOptions, runtime: ProducerRuntime) {
    this.#options = options
    this.#runtime = runtime
  }

  get all(): readonly Send[] {
    return this.#all
  }

  get pending(): readonly Send[] {
    return [...this.#pending]
  }

  partitionsOf(topic: string): number {
    const { partitions = 1 } = this.#options
    if (typeof partitions === 'number') return partitions
    return Object.hasOwn(partitions, topic) ? partitions[topic]! : 1
  }

  add(send: Send): void {
    this.#all.push(send)
    this.#pending.add(send)
    if (this.#pending.size === 1) this.onPending(true)
    const { autoComplete = true, latencyMs = 0 } = this.#options
    if (autoComplete === false) return
    const settle = (): void => {
      this.settle(send, autoComplete === true ? null : autoComplete(send.record))
    }
    if (latencyMs > 0) this.#runtime.setTimeout(settle, latencyMs)
    else queueMicrotask(settle)
  }

  /** @throws KafkaError INVALID_ARGUMENT */
  of(sent: ProducerRecord): Send {
    const send = this.#all.find(({ record }) => record === sent)
    if (send === undefined)
      throw invalid('this record is none of the mock producer’s; give one of its sent')
    return send
  }

  /** @returns whether it was pending */
  settle(send: Send | undefined, error: KafkaError | null): boolean {
    if (send === undefined || !this.#pending.delete(send)) return false
    const place = error === null ? this.#placeOf(send) : null
    send.delivery.settle({ error, metadata: () => place! }, 0, send.a, send.b)
    for (const told of this.#watchers.get(send) ?? []) told()
    this.#watchers.delete(send)
    if (this.#pending.size === 0) this.onPending(false)
    return true
  }

  failAll(error: KafkaError): void {
    for (const send of this.pending) this.settle(send, error)
  }

  /** Resolves once what is pending now has settled. */
  async settled(): Promise<void> {
    await Promise.all(this.pending.map((send) => this.#settled(send)))
  }

  clear(): void {
    this.#all = this.#all.filter((send) => this.#pending.has(send))
  }

  #settled(send: Send): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.set(send, [...(this.#watchers.get(send) ?? []), resolve])
    })
  }

  #placeOf({ record: { topic }, partition, timestamp }: Send): RecordMetadata {
    const log = `${partition} ${topic}`
    const offset = this.#nextOffsets.get(log) ?? 0n
    this.#nextOffsets.set(log, offset + 1n)
    return { topic, partition, offset, timestamp }
  }
}
