import type { NetworkClient, OutgoingRequest } from '@sluice/network'
import { KafkaError } from '@sluice/protocol'
import type { CliIo } from '../cli-io.js'

/** Questions to the brokers of a cluster, all of which end within one time. */
export class Conversation {
  readonly #client: NetworkClient
  readonly #io: Pick<CliIo, 'clearTimeout' | 'setTimeout'>
  readonly #withinMs: number
  readonly #abort = new AbortController()
  readonly #waiting = new Set<() => void>()
  readonly #timer: unknown

  /** @param withinMs - from now on */
  constructor(
    client: NetworkClient,
    io: Pick<CliIo, 'clearTimeout' | 'setTimeout'>,
    withinMs: number,
  ) {
    this.#client = client
    this.#io = io
    this.#withinMs = withinMs
    // The sockets do not keep the process alive, but this timer does.
    this.#timer = io.setTimeout(() => this.#end(), withinMs)
    client.onChange(() => this.#lookAgain())
  }

  /** Resolves once a broker is connected. Rejects with KafkaError, which says why none is. */
  async connect(): Promise<void> {
    try {
      await this.#client.connect({ signal: this.#abort.signal })
    } catch (error) {
      throw this.#isOver ? this.#tooLate('no broker was connected') : error
    }
  }

  /** The broker that has the least to do. */
  anyNode(): Promise<number> {
    return this.#until('no broker was ready', () => this.#client.leastLoadedNode())
  }

  /** Resolves once the broker can be asked. Rejects with KafkaError where its first connection has failed. */
  async ready(node: number): Promise<void> {
    await this.#until(`broker ${node} was not ready`, () => {
      const refused = this.#client.authenticationFailure?.(node) ?? this.#unreachable(node)
      if (refused !== null) throw refused
      return this.#client.ready(node) ? true : null
    })
  }

  /** The answer of a broker that is ready. Rejects with KafkaError where none comes. */
  async ask<Request, Response>(
    node: number,
    request: Omit<OutgoingRequest<Request, Response>, 'expectsAnswer'>,
  ): Promise<Response> {
    const ends: { error: KafkaError | null; response: Response | null }[] = []
    this.#client.send(node, { ...request, expectsAnswer: true }, (end) => {
      ends.push(end)
      this.#lookAgain()
    })
    this.#client.poll()
    const missing = `broker ${node} gave no answer`
    const { error, response } = await this.#until(missing, () => ends[0] ?? null)
    if (error === null && response !== null) return response
    throw error ?? new KafkaError('CONNECTION_CLOSED', missing)
  }

  /** Ends every question, and the connections. */
  async close(): Promise<void> {
    this.#io.clearTimeout(this.#timer)
    await this.#client.close()
  }

  get #isOver(): boolean {
    return this.#abort.signal.aborted
  }

  /** Why the broker cannot be reached, once it was tried. */
  #unreachable(node: number): KafkaError | null {
    const failure = this.#client.nodeFailure?.(node) ?? null
    return failure?.cause === undefined ? null : failure
  }

  /** Waits until `look` finds something. */
  #until<T>(missing: string, look: () => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      const again = (): void => {
        try {
          const found = look()
          if (found === null && !this.#isOver) return
          this.#waiting.delete(again)
          if (found === null) reject(this.#tooLate(missing))
          else resolve(found)
        } catch (error) {
          this.#waiting.delete(again)
          reject(error)
        }
      }
      this.#waiting.add(again)
      again()
    })
  }

  #end(): void {
    this.#abort.abort()
    this.#lookAgain()
  }

  #lookAgain(): void {
    for (const again of this.#waiting) again()
  }

  #tooLate(what: string): KafkaError {
    const advice = 'check the addresses, or raise --max-block-ms'
    return new KafkaError('REQUEST_TIMEOUT', `${what} within ${this.#withinMs} ms; ${advice}`)
  }
}
