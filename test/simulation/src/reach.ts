import type { ErrorCode, KafkaError } from '@sluice/protocol'

/** How often runs came to places that are worth to be reached. */
export class Reach {
  readonly #counts = new Map<string, number>()

  count(kind: string, what: string, times = 1): void {
    const name = `${kind}: ${what}`
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times)
  }

  /** What the sender has decided after an answer, or without one. */
  decided(code: ErrorCode | null, action: string): void {
    this.count('decision', `${code ?? 'OK'} → ${action}`)
  }

  /** How a record failed, as its caller was told. */
  told({ code, persisted }: KafkaError): void {
    this.count('failure', `${code}, persisted ${persisted}`)
  }

  add(other: Reach): void {
    for (const [name, times] of other.#counts)
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + times)
  }

  /** A line for each place, in the order of the alphabet. */
  table(): string {
    return [...this.#counts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, times]) => `${String(times).padStart(8)} ${name}`)
      .join('\n')
  }
}
