import { setTimeout as sleep } from 'node:timers/promises'
import type { Producer } from '@sluice/producer'
import type { KafkaError, ProducerRecord, RecordMetadata } from '@sluice/protocol'
import type { Ledger } from './ledger.js'
import type { Pulse } from './pulse.js'

export interface LoadOptions {
  readonly topic: string
  readonly recordsPerSecond: number
  /** @defaultValue 100 */
  readonly valueBytes?: number
}

const keys = 97
const turnMs = 5
/** What was not sent while this process stood still is not made up for beyond this. */
const mostOwedMs = 100

/** Half of the records have a key, and half are sent by `send`, the others by `enqueue`. */
export function keyOf(id: number): number | undefined {
  return (id & 2) === 0 ? undefined : id % keys
}

/** The id that a record's value begins with. */
export function idOf(value: Uint8Array | null): number {
  return value === null ? Number.NaN : Number.parseInt(Buffer.from(value).toString('latin1'), 10)
}

/** Sends at a steady rate until it is stopped, and enters in the ledger what each record is told. */
export class Load {
  readonly #producer: Producer
  readonly #ledger: Ledger
  readonly #pulse: Pulse
  readonly #options: Required<LoadOptions>
  #running = false
  #ended: Promise<void> = Promise.resolve()

  constructor(producer: Producer, ledger: Ledger, pulse: Pulse, options: LoadOptions) {
    this.#producer = producer
    this.#ledger = ledger
    this.#pulse = pulse
    this.#options = { valueBytes: 100, ...options }
  }

  start(): void {
    this.#running = true
    this.#ended = this.#run()
  }

  /** Sends no more, and waits until what was sent has settled, for so long at most. */
  async stop(limitMs = 150_000): Promise<void> {
    this.#running = false
    await this.#ended
    await this.#producer.flush({ signal: AbortSignal.timeout(limitMs) }).catch(() => {})
  }

  /**
   * Records that come on top, all in this turn.
   * @returns their ids
   */
  burst(count: number, valueBytes: number): number[] {
    return Array.from({ length: count }, () => {
      const id = this.#ledger.next()
      this.#send(id, valueBytes)
      return id
    })
  }

  async #run(): Promise<void> {
    const { recordsPerSecond, valueBytes } = this.#options
    let [last, owed] = [performance.now(), 0]
    while (this.#running) {
      const now = performance.now()
      owed += (Math.min(now - last, mostOwedMs) / 1_000) * recordsPerSecond
      last = now
      let roomy = true
      for (; owed >= 1 && roomy; owed--) roomy = this.#send(this.#ledger.next(), valueBytes)
      await (roomy ? sleep(turnMs) : this.#producer.drained())
    }
  }

  /** @returns false when it is time to wait */
  #send(id: number, valueBytes: number): boolean {
    const key = keyOf(id)
    const record: ProducerRecord = {
      topic: this.#options.topic,
      key: key === undefined ? null : `key-${key}`,
      value: `${id}`.padEnd(valueBytes, '.'),
    }
    if ((id & 1) === 0) return this.#producer.enqueue(record, this.#delivered, id)
    this.#producer.send(record).then(
      (metadata) => this.#acknowledged(id, metadata),
      (error: KafkaError) => this.#ledger.reject(id, error),
    )
    return true
  }

  readonly #delivered = (
    error: KafkaError | null,
    metadata: RecordMetadata | null,
    id: number,
  ): void => {
    if (error === null) this.#acknowledged(id, metadata!)
    else this.#ledger.reject(id, error)
  }

  #acknowledged(id: number, metadata: RecordMetadata): void {
    this.#ledger.acknowledge(id, metadata)
    this.#pulse.beat(metadata.partition)
  }
}
