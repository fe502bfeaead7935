import { performance } from 'node:perf_hooks'
import type { Producer } from '@sluice/producer'
import type { KafkaError, ProducerRecord } from '@sluice/protocol'

export type LoadKind = 'send' | 'enqueue'

/** Records that ended in one way. */
export interface Ends {
  count: number
  /** When the first of them ended, in ms since the load began. */
  readonly firstMs: number
}

/** How many records are sent in one turn of the event loop. */
const perTurn = 500

/**
 * Sends as fast as it can, and never waits for `drained()`. It sends the same records in turn, as many as can wait at once:
 * new records would leave garbage of the caller, 57 MiB of it with Buffers of 5 kB.
 */
export class Load {
  sent = 0
  /** By the code of the error, or `acknowledged`; `BUFFER_FULL at once` when a record was refused without a wait. */
  readonly ends = new Map<string, Ends>()
  readonly #producer: Producer
  readonly #kind: LoadKind
  readonly #records: readonly ProducerRecord[]
  readonly #begun = performance.now()
  #running = true

  constructor(producer: Producer, kind: LoadKind, records: readonly ProducerRecord[]) {
    this.#producer = producer
    this.#kind = kind
    this.#records = records
  }

  async run(): Promise<void> {
    while (this.#running) {
      for (let left = perTurn; left > 0; left--) this.#sendOne()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  stop(): void {
    this.#running = false
  }

  get ended(): number {
    return [...this.ends.values()].reduce((sum, { count }) => sum + count, 0)
  }

  count(end: string): number {
    return this.ends.get(end)?.count ?? 0
  }

  #sendOne(): void {
    const record = this.#records[this.sent++ % this.#records.length]!
    if (this.#kind === 'send') this.#producer.send(record).then(this.#succeeded, this.#failed)
    else this.#producer.enqueue(record, this.#settled)
  }

  readonly #succeeded = (): void => this.#note('acknowledged')

  readonly #failed = ({ code, message }: KafkaError): void =>
    this.#note(message.includes('wait for room already') ? `${code} at once` : code)

  readonly #settled = (error: KafkaError | null): void =>
    error === null ? this.#succeeded() : this.#failed(error)

  #note(end: string): void {
    const known = this.ends.get(end)
    if (known !== undefined) known.count++
    else this.ends.set(end, { count: 1, firstMs: performance.now() - this.#begun })
  }
}
