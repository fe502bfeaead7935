/** Answered requests, by API and version. */
export class Tally {
  readonly #counts = new Map<string, { all: number; repeated: number }>()

  /** @param repeated - whether the answer makes the client ask the same again */
  add(api: string, repeated: boolean): void {
    const counts = this.#counts.get(api) ?? { all: 0, repeated: 0 }
    counts.all++
    if (repeated) counts.repeated++
    this.#counts.set(api, counts)
  }

  /** The APIs, in the order in which they were asked first. */
  get apis(): string[] {
    return [...this.#counts.keys()]
  }

  countOf(api: string): number {
    return this.#counts.get(api)?.all ?? 0
  }

  /** How many of them were answered so that the client asks again. */
  repeatedOf(api: string): number {
    return this.#counts.get(api)?.repeated ?? 0
  }
}
