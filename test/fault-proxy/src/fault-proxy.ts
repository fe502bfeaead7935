import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { deliver } from './deliver.js'
import type { AnswerFrame, Direction, Faults, RequestFrame } from './faults.js'
import { ProxiedConnection } from './proxied-connection.js'

export interface FaultProxyOptions {
  /** The broker, as `host:port`. */
  readonly to: string
  /** Whether to take frames apart for `onRequest` and `onAnswer`; false for TLS.
   *  @defaultValue true */
  readonly frames?: boolean
}

/** Starts a proxy on a port of loopback that the system chooses. Until told otherwise it lets everything pass. */
export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new FaultProxy(options)
  await proxy.listen()
  return proxy
}

/** Stands before one broker. Each fault can be set and taken back at any time, and holds for all connections. */
export class FaultProxy implements AsyncDisposable, Faults {
  /** Asked for each request of the client, as it arrives. Until the answer is there, what comes behind on that connection waits. */
  onRequest: Faults['onRequest'] = () => 'pass'
  /** Asked for each answer of the broker. To drop one after the broker has acted: `'drop'` or `'reset'`. */
  onAnswer: Faults['onAnswer'] = () => 'pass'
  /** Told of each connection, by its number, once the client or the broker is gone. */
  onClose: (connection: number) => void = () => {}
  pace: Faults['pace'] = {}
  gate: Promise<void> = Promise.resolve()
  readonly left: Faults['left'] = { requests: Infinity, answers: Infinity }
  readonly #options: FaultProxyOptions
  readonly #connections = new Set<ProxiedConnection>()
  #server: Server | undefined
  #port = 0
  #accepted = 0
  #open: () => void = () => {}

  constructor(options: FaultProxyOptions) {
    this.#options = options
  }

  get port(): number {
    return this.#port
  }

  /** `host:port`, to connect to. */
  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Connections since the start. */
  get accepted(): number {
    return this.#accepted
  }

  get open(): number {
    return this.#connections.size
  }

  /** Half-open: nothing passes any more, in either direction, and nobody is told. New connections open, and are as silent. */
  silence(): void {
    this.gate = new Promise((resolve) => (this.#open = resolve))
  }

  /** What was held back passes, then what comes. */
  speak(): void {
    this.#open()
    this.gate = Promise.resolve()
  }

  /** So many bytes more in one direction, then the connection that carries them is reset, in the middle of whatever it is. */
  resetAfter(bytes: number, direction: Direction): void {
    this.left[direction] = bytes
  }

  /** Resets every connection now. */
  reset(): void {
    for (const connection of this.#connections) connection.reset()
  }

  /**
   * A request that `onRequest` has kept from the broker arrives after all, however long ago its client has given it up: on a
   * connection of its own, past what the proxy does to others.
   *
   * @returns what the broker answers, of which the client hears nothing
   */
  async arriveLate(request: RequestFrame): Promise<AnswerFrame> {
    return { ...request, bytes: await deliver(this.#target, request.bytes) }
  }

  /** Nobody listens any more; what is connected is reset. `listen` ends it. */
  async refuse(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    this.reset()
    await closed
  }

  /** At the same port as before. */
  async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
    server.listen({ host: '127.0.0.1', port: this.#port })
    await once(server, 'listening')
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    await this.refuse()
    this.speak()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  get #target(): { host: string; port: number } {
    const { to } = this.#options
    const colon = to.lastIndexOf(':')
    return { host: to.slice(0, colon), port: Number(to.slice(colon + 1)) }
  }

  #accept(client: Socket): void {
    const { frames = true } = this.#options
    const number = ++this.#accepted
    const connection = new ProxiedConnection(number, client, this.#target, this, frames)
    this.#connections.add(connection)
    client.on('close', () => {
      this.#connections.delete(connection)
      this.onClose(number)
    })
  }
}
