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

/** As much of what was seen on the wire as a failure can be held to. */
export interface WireFacts {
  /** How often the record was sent. */
  attempts(id: number): number
  /** Whether it was sent, and no answer says that it is not in the log. */
  mayBeWritten(id: number): boolean
}

/** All records of a run, in the order of sending. */
export class Ledger {
  readonly entries: Entry[] = []
  /** What callers saw that must never be. */
  readonly findings: string[] = []
  /** How many have not settled. */
  open = 0
  readonly #now: () => number
  readonly #wire: WireFacts | null

  /** @param wire - what was seen of the records on the wire; null where nobody looks */
  constructor(now: () => number, wire: WireFacts | null = null) {
    this.#now = now
    this.#wire = wire
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
    if (error instanceof KafkaError) {
      entry.error = error
      this.#compare(entry.id, error)
    } else
      this.findings.push(`record ${entry.id} failed with what is no KafkaError: ${String(error)}`)
  }

  /** A producer that says 'possibly' of what it never sent would always be right. */
  #compare(id: number, { code, persisted, attempts = 0 }: KafkaError): void {
    const wire = this.#wire
    // Who aborts is told at once, while the batch goes on.
    if (wire === null || code === 'ABORTED') return
    if (persisted === 'possibly' && !wire.mayBeWritten(id))
      this.findings.push(
        `record ${id}: ${code} 'possibly', and every answer says that it is absent`,
      )
    const sent = wire.attempts(id)
    if (sent !== attempts)
      this.findings.push(`record ${id}: ${code} says ${attempts} attempts, and there were ${sent}`)
  }

  #settled(entry: Entry): void {
    if (entry.settled++ === 0) this.open--
    entry.settledAt = this.#now()
  }
}
