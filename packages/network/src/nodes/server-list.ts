import { KafkaError, reasonOf } from '@sluice/protocol'
import { ask, type ResolvedNetworkOptions } from '../options.js'
import type { NetworkRuntime } from '../runtime.js'
import { parseServers, type ServerAddress } from '../server-address.js'
import { Timer } from '../timers/timer.js'

export interface ServerListEvents {
  /** The list is there, from a random start: not all clients begin with the first server. */
  listed(servers: readonly ServerAddress[]): void
  /** There is no list. */
  failed(failure: KafkaError): void
}

/** Asks for the list of the bootstrap servers, which may be a function's, and limits the time that this may take. */
export class ServerList {
  readonly #runtime: NetworkRuntime
  readonly #options: ResolvedNetworkOptions
  readonly #events: ServerListEvents
  readonly #timer: Timer
  #call = 0

  constructor(runtime: NetworkRuntime, options: ResolvedNetworkOptions, events: ServerListEvents) {
    this.#runtime = runtime
    this.#options = options
    this.#events = events
    this.#timer = new Timer(runtime)
  }

  /** Whether the list has been asked for and is not there. */
  get pending(): boolean {
    return this.#timer.running
  }

  ask(): void {
    const call = ++this.#call
    const limitMs = this.#options.connectionSetupTimeoutMs
    this.#timer.start(limitMs, () => this.#failed(call, `it gave no list within ${limitMs} ms`))
    this.#read().then(
      (servers) => this.#listed(call, servers),
      (error: unknown) => this.#failed(call, reasonOf(error), error),
    )
  }

  stop(): void {
    this.#call++
    this.#timer.stop()
  }

  async #read(): Promise<readonly ServerAddress[]> {
    return parseServers(await ask(this.#options.bootstrapServers))
  }

  #listed(call: number, servers: readonly ServerAddress[]): void {
    if (call !== this.#call) return
    this.stop()
    const start = Math.floor(this.#runtime.random() * servers.length)
    this.#events.listed([...servers.slice(start), ...servers.slice(0, start)])
  }

  #failed(call: number, reason: string, cause?: unknown): void {
    if (call !== this.#call) return
    this.stop()
    const detail = `bootstrapServers(): ${reason}`
    this.#events.failed(new KafkaError('CONNECTION_FAILED', detail, { cause }))
  }
}
