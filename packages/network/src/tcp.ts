import { lookup } from 'node:dns/promises'
import { connect as connectSocket, type Socket } from 'node:net'
import { fromDuplex } from './duplex-stream.js'
import type { ByteStream, ConnectTarget, Transport } from './transport.js'

export interface TcpTransportOptions {
  /** Idle milliseconds after which the kernel begins to probe whether the peer is still there.
   *  @defaultValue 60000 */
  readonly keepAliveDelayMs?: number
  /** Milliseconds one address may take to answer while there are others to try. The last one may take all the time there is.
   *  @defaultValue 3000 */
  readonly addressTimeoutMs?: number
  /** Turns a host name into the addresses to try, in order. Asked at every connect.
   *  @defaultValue the system's resolver (`dns.lookup`), all addresses in its order */
  readonly lookup?: (host: string) => Promise<readonly string[]>
}

/**
 * Plain TCP. Resolves the name anew at each connect and tries every address in turn. Rejects with an Error that
 * names each address tried and why it failed; with several addresses `cause` is an AggregateError of their failures.
 *
 * Sockets are unreferenced: they do not keep the process alive.
 */
export function tcpTransport(options: TcpTransportOptions = {}): Transport {
  return new TcpTransport(options)
}

class TcpTransport implements Transport {
  readonly #keepAliveDelayMs: number
  readonly #addressTimeoutMs: number
  readonly #lookup: (host: string) => Promise<readonly string[]>

  constructor(options: TcpTransportOptions) {
    this.#keepAliveDelayMs = options.keepAliveDelayMs ?? 60_000
    this.#addressTimeoutMs = options.addressTimeoutMs ?? 3_000
    this.#lookup = options.lookup ?? systemLookup
  }

  async connect({ host, port, signal }: ConnectTarget): Promise<ByteStream> {
    const addresses = await untilAborted(this.#lookup(host), signal)
    const failures: Error[] = []
    for (const [index, address] of addresses.entries()) {
      const limitMs = index < addresses.length - 1 ? this.#addressTimeoutMs : 0
      try {
        const socket = await openSocket(address, port, limitMs, signal)
        return this.#adapt(socket, address, port)
      } catch (error) {
        signal.throwIfAborted()
        failures.push(error as Error)
      }
    }
    throw unreachable(host, port, failures)
  }

  #adapt(socket: Socket, address: string, port: number): ByteStream {
    socket.setNoDelay(true)
    socket.setKeepAlive(true, this.#keepAliveDelayMs)
    return fromDuplex(socket, {
      encrypted: false,
      remote: { address: socket.remoteAddress ?? address, port },
    })
  }
}

async function systemLookup(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, verbatim: true })
  return [...new Set(found.map((entry) => entry.address))]
}

/** One attempt at one address. `limitMs` 0 means as long as the signal permits. */
function openSocket(
  host: string,
  port: number,
  limitMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port, autoSelectFamily: false })
    socket.unref()
    const settle = (finish: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      socket.removeListener('error', onError)
      socket.removeListener('connect', onConnect)
      socket.removeListener('timeout', onTimeout)
      socket.setTimeout(0)
      finish()
    }
    const giveUp = (error: Error): void =>
      settle(() => {
        // An error may still be on its way; nobody wants it any more.
        socket.on('error', ignore)
        socket.destroy()
        reject(error)
      })
    const onAbort = (): void => giveUp(abortReason(signal))
    const onError = (error: Error): void => giveUp(error)
    const onTimeout = (): void =>
      giveUp(new Error(`connect ETIMEDOUT ${host}:${port} after ${limitMs} ms`))
    const onConnect = (): void => settle(() => resolve(socket))
    signal.addEventListener('abort', onAbort)
    socket.on('error', onError)
    socket.on('connect', onConnect)
    socket.on('timeout', onTimeout)
    socket.setTimeout(limitMs)
  })
}

function ignore(): void {}

function unreachable(host: string, port: number, failures: readonly Error[]): Error {
  const [only] = failures
  if (only === undefined) return new Error(`${host} resolves to no address`)
  if (failures.length === 1) return only
  const reasons = failures.map((failure) => failure.message).join('; ')
  const cause = new AggregateError(failures, reasons)
  return new Error(`no address of ${host}:${port} accepts a connection: ${reasons}`, { cause })
}

/** A look-up cannot be called off, but nobody has to wait for it. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))
}
