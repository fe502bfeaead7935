import { lookup } from 'node:dns/promises'
import { isIPv6, type Socket } from 'node:net'
import nodeTimers from 'node:timers'
import type { TimerRuntime } from '../timers/timer.js'
import type { ByteStream, ConnectTarget } from '../transport.js'
import { AddressOrder } from './address-order.js'
import { AddressRace } from './address-race.js'

/** How the name of a broker is resolved and its addresses are tried. */
export interface AddressOptions {
  /** Milliseconds that one address may take to answer while there are others to try. The last one may take all the time that is left.
   *  @defaultValue 3000 */
  readonly addressTimeoutMs?: number
  /** Turns a host name into the addresses to try, in order. Called for each connection.
   *  @defaultValue the system's resolver (`dns.lookup`), all addresses in its order, IPv6 and IPv4 in turns */
  readonly lookup?: (host: string) => Promise<readonly string[]>
}

/** One attempt at one address. `limitMs` 0 means as long as the signal permits. */
export interface Attempt {
  readonly address: string
  readonly port: number
  readonly limitMs: number
  readonly signal: AbortSignal
}

/** What an attempt has opened: the stream, and the socket that the stream reads and writes. */
export interface OpenedStream {
  readonly stream: ByteStream
  readonly socket: Socket
}

/** Finds an address of a broker that answers, and remembers between the connections of a transport which did not. */
export class Addresses {
  readonly #options: AddressOptions
  readonly #timers: TimerRuntime
  readonly #order = new AddressOrder()

  /** @param timers - tests move them by hand */
  constructor(options: AddressOptions, timers: TimerRuntime = unreferenced) {
    this.#options = options
    this.#timers = timers
  }

  /**
   * Resolves the name anew and tries its addresses, overlapping, until one attempt succeeds.
   * @throws Error that names each address tried and why it failed; with several addresses `cause` is an AggregateError
   * of their failures
   */
  async connect(
    { host, port, signal }: ConnectTarget,
    attempt: (one: Attempt) => Promise<OpenedStream>,
  ): Promise<ByteStream> {
    const { addressTimeoutMs = 3_000, lookup: resolve = systemLookup } = this.#options
    const name = `${host}:${port}`
    const found = await untilAborted(resolve(host), signal)
    if (found.length === 0) throw new Error(`${host} resolves to no address`)
    const addresses = this.#order.of(name, found)
    const open = async (index: number, isLast: boolean, ended: AbortSignal): Promise<Opened> => {
      const limitMs = isLast ? 0 : addressTimeoutMs
      const address = addresses[index] as string
      return new Opened(await attempt({ address, port, limitMs, signal: ended }))
    }
    const race = new AddressRace(addresses.length, open, signal, this.#timers)
    try {
      const { index, value } = await race.run()
      // Those before it were slower, or failed.
      if (index > 0) this.#order.failed(name, addresses[index - 1] as string)
      value.onUnread(() => this.#order.failed(name, addresses[index] as string))
      return value.stream
    } catch (error) {
      if (race.started > 0) this.#order.failed(name, addresses[race.started - 1] as string)
      signal.throwIfAborted()
      throw race.failures.length > 1 ? unreachable(name, race.failures) : error
    }
  }
}

class Opened {
  readonly stream: ByteStream
  readonly #socket: Socket

  constructor({ stream, socket }: OpenedStream) {
    this.stream = stream
    this.#socket = socket
  }

  destroy(): void {
    this.stream.destroy()
  }

  /** Something accepted the connection, but it was no broker that answers. */
  onUnread(listener: () => void): void {
    const socket = this.#socket
    socket.once('close', () => {
      if (socket.bytesRead === 0) listener()
    })
  }
}

const unreferenced: TimerRuntime = {
  setTimeout: (run, ms) => nodeTimers.setTimeout(run, ms).unref(),
  clearTimeout: (timer) => nodeTimers.clearTimeout(timer as NodeJS.Timeout),
}

async function systemLookup(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, verbatim: true })
  return inTurns([...new Set(found.map((entry) => entry.address))])
}

/** IPv6 and IPv4 in turns, beginning with the first: where one of them leads nowhere, the other has its turn soon (RFC 8305). */
export function inTurns(addresses: readonly string[]): readonly string[] {
  const kind = isIPv6(addresses[0] ?? '')
  const first = addresses.filter((address) => isIPv6(address) === kind)
  const second = addresses.filter((address) => isIPv6(address) !== kind)
  return Array.from({ length: Math.max(first.length, second.length) }, (_, index) => [
    ...first.slice(index, index + 1),
    ...second.slice(index, index + 1),
  ]).flat()
}

function unreachable(name: string, failures: readonly Error[]): Error {
  const reasons = failures.map((failure) => failure.message).join('; ')
  const cause = new AggregateError(failures, reasons)
  return new Error(`no address of ${name} accepts a connection: ${reasons}`, { cause })
}

/** The promise, but without waiting longer than the signal permits. What the promise stands for goes on. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))
}
