import { printableThrown } from '@sluice/protocol'
import type { NetworkRuntime } from './runtime.js'

/** Tells listeners that something has changed: once in a turn of the event loop, however many changes there were. */
export class ChangeNotice {
  readonly #runtime: NetworkRuntime
  readonly #listeners: (() => void)[] = []
  #scheduled = false
  #closed = false

  constructor(runtime: NetworkRuntime) {
    this.#runtime = runtime
  }

  listen(listener: () => void): void {
    this.#listeners.push(listener)
  }

  notify(): void {
    if (this.#scheduled || this.#closed) return
    this.#scheduled = true
    this.#runtime.setImmediate(() => this.#tell())
  }

  close(): void {
    this.#closed = true
    this.#listeners.length = 0
  }

  #tell(): void {
    this.#scheduled = false
    for (const listener of this.#listeners) {
      try {
        listener()
      } catch (error) {
        this.#runtime.logger.warn(`a listener for network changes threw: ${printableThrown(error)}`)
      }
    }
  }
}
