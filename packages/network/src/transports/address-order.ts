/** A cluster has fewer servers. The names come from brokers, so their number is limited. */
const mostNames = 10_000

/**
 * Where to begin with the addresses of a name: behind the one that gave nothing the last time. Without it every attempt would
 * spend its time with the same dead addresses.
 */
export class AddressOrder {
  readonly #failed = new Map<string, string>()

  /** The addresses, beginning behind the one that failed last, where it is still among them. */
  of(name: string, addresses: readonly string[]): readonly string[] {
    const failed = this.#failed.get(name)
    const start = failed === undefined ? 0 : addresses.indexOf(failed) + 1
    return [...addresses.slice(start), ...addresses.slice(0, start)]
  }

  /** The next attempt begins behind this address. */
  failed(name: string, address: string): void {
    this.#failed.delete(name)
    this.#failed.set(name, address)
    if (this.#failed.size <= mostNames) return
    for (const oldest of this.#failed.keys()) return void this.#failed.delete(oldest)
  }
}
