import { KafkaError, type RecordMetadata } from '@sluice/protocol'

/** A record that the program has sent, and what it heard of it. */
export interface Entry {
  readonly id: number
  readonly topic: string
  readonly partition: number | undefined
  /** Which of the producers, one after the other, had it. */
  readonly producer: number
  readonly sentAt: number
  settled: number
  settledAt: number
  error: KafkaError | null
  metadata: RecordMetadata | null
}

/** All records of a run, in the order of sending. */
export class Ledger {
  readonly entries: Entry[] = []
  /** What callers saw that must never be. */
  readonly findings: string[] = []
  /** How many have not settled. */
  open = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  add(topic: string, partition: number | undefined, producer: number): Entry {
    const entry: Entry = {
      id: this.entries.length,
      topic,
      partition,
      producer,
      sentAt: this.#now(),
      settled: 0,
      settledAt: -1,
      error: null,
      metadata: null,
    }
    this.entries.push(entry)
    this.open++
    return entry
  }

  acknowledged(entry: Entry, metadata: RecordMetadata): void {
    this.#settled(entry)
    entry.metadata = metadata
  }

  failed(entry: Entry, error: unknown): void {
    this.#settled(entry)
    if (error instanceof KafkaError) entry.error = error
    else
      this.findings.push(`record ${entry.id} failed with what is no KafkaError: ${String(error)}`)
  }

  #settled(entry: Entry): void {
    if (entry.settled++ === 0) this.open--
    entry.settledAt = this.#now()
  }
}
