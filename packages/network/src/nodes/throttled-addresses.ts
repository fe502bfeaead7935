import type { NetworkRuntime } from '../runtime.js'
import { formatAddress, type ServerAddress } from '../server-address.js'

/**
 * Until when the broker at an address is to be sent nothing. It outlasts the nodes of that broker, which are made anew
 * when the cluster is found anew.
 */
export class ThrottledAddresses {
  readonly #runtime: NetworkRuntime
  readonly #until = new Map<string, number>()

  constructor(runtime: NetworkRuntime) {
    this.#runtime = runtime
  }

  /** The broker at this address asks to be sent nothing for `ms` from now on. */
  extend(address: ServerAddress, ms: number): void {
    const now = this.#runtime.now()
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key)
    const key = keyOf(address)
    this.#until.set(key, Math.max(now + ms, this.#until.get(key) ?? now))
  }

  /** Milliseconds until the broker at this address may be sent requests again; 0 while it may be. */
  leftMs(address: ServerAddress): number {
    return Math.max(0, (this.#until.get(keyOf(address)) ?? 0) - this.#runtime.now())
  }
}

function keyOf(address: ServerAddress): string {
  return formatAddress(address).toLowerCase()
}
