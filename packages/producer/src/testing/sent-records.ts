import type { Delivery } from '@sluice/accumulator'
import {
  AcknowledgedRecord,
  inMicrotask,
  type KafkaError,
  type ProducerRecord,
  type RecordMetadata,
} from '@sluice/protocol'
import { neverCopied } from '../delivery/traced-rejection.js'
import { invalidArgument } from '../invalid.js'
import type { ProducerRuntime } from '../runtime.js'
import type { MockProducerOptions } from './mock-producer.js'

/** One record that was taken, and the delivery that hears of its end. */
export interface SentRecord {
  /** A copy of the record that was given. */
  readonly record: ProducerRecord
  readonly partition: number
  readonly timestamp: number
  readonly delivery: Delivery
  readonly a: unknown
  readonly b: unknown
}

/** The history of a mock producer. It settles the records: by itself, or when the test says so. */
export class SentRecords {
  readonly #options: Pick<MockProducerOptions, 'autoComplete' | 'latencyMs' | 'partitions'>
  readonly #runtime: ProducerRuntime
  readonly #onTaken: (record: ProducerRecord) => void
  #all: SentRecord[] = []
  #acknowledged = 0
  readonly #pending = new Set<SentRecord>()
  /** By topic and partition. */
  readonly #nextOffsets = new Map<string, bigint>()
  /** To be called when the record settles. */
  readonly #onSettled = new Map<SentRecord, (() => void)[]>()
  onPending: (pending: boolean) => void = () => {}

  /** @param onTaken - hears of each record */
  constructor(
    options: Pick<MockProducerOptions, 'autoComplete' | 'latencyMs' | 'partitions'>,
    runtime: ProducerRuntime,
    onTaken: (record: ProducerRecord) => void,
  ) {
    this.#options = options
    this.#runtime = runtime
    this.#onTaken = onTaken
  }

  get all(): readonly SentRecord[] {
    return this.#all
  }

  /** How many were acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  get pending(): readonly SentRecord[] {
    return [...this.#pending]
  }

  partitionsOf(topic: string): number {
    const { partitions = 1 } = this.#options
    if (typeof partitions === 'number') return partitions
    return Object.hasOwn(partitions, topic) ? partitions[topic]! : 1
  }

  add(sent: SentRecord): void {
    this.#all.push(sent)
    this.#onTaken(sent.record)
    this.#pending.add(sent)
    if (this.#pending.size === 1) this.onPending(true)
    const { autoComplete = true, latencyMs = 0 } = this.#options
    if (autoComplete === false) return
    const settle = (): void => {
      this.settle(sent, autoComplete === true ? null : autoComplete(sent.record))
    }
    if (latencyMs > 0) this.#runtime.setTimeout(settle, latencyMs)
    else inMicrotask(settle)
  }

  /** @throws KafkaError INVALID_ARGUMENT */
  of(record: ProducerRecord): SentRecord {
    const sent = this.#all.find((one) => one.record === record)
    if (sent === undefined)
      throw invalidArgument('this record is none of the mock producer’s; give one of its sent')
    return sent
  }

  /** @returns whether it was pending */
  settle(sent: SentRecord | undefined, error: KafkaError | null): boolean {
    if (sent === undefined || !this.#pending.delete(sent)) return false
    const metadata = error === null ? this.#nextMetadata(sent) : null
    if (error === null) this.#acknowledged++
    // The program gets the very error that the test gave.
    if (error !== null) neverCopied(error)
    sent.delivery.settle({ error, metadata: () => metadata! }, 0, sent.a, sent.b)
    for (const onSettled of this.#onSettled.get(sent) ?? []) onSettled()
    this.#onSettled.delete(sent)
    if (this.#pending.size === 0) this.onPending(false)
    return true
  }

  failAll(error: KafkaError): void {
    for (const sent of this.pending) this.settle(sent, error)
  }

  /** Resolves once the records that are pending now have settled. */
  async settled(): Promise<void> {
    await Promise.all(this.pending.map((sent) => this.#settled(sent)))
  }

  clear(): void {
    this.#all = this.#all.filter((sent) => this.#pending.has(sent))
  }

  #settled(sent: SentRecord): Promise<void> {
    return new Promise((resolve) => {
      this.#onSettled.set(sent, [...(this.#onSettled.get(sent) ?? []), resolve])
    })
  }

  #nextMetadata({ record: { topic }, partition, timestamp }: SentRecord): RecordMetadata {
    const log = `${partition} ${topic}`
    const offset = this.#nextOffsets.get(log) ?? 0n
    this.#nextOffsets.set(log, offset + 1n)
    return new AcknowledgedRecord(topic, partition, offset, timestamp)
  }
}
