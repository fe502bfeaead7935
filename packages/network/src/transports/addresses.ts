import { lookup } from 'node:dns/promises'
import type { ConnectTarget } from '../transport.js'

/** How the name of a broker is resolved and its addresses are tried. */
export interface AddressOptions {
  /** Milliseconds that one address may take to answer while there are others to try. The last one may take all the time that is left.
   *  @defaultValue 3000 */
  readonly addressTimeoutMs?: number
  /** Turns a host name into the addresses to try, in order. Called for each connection.
   *  @defaultValue the system's resolver (`dns.lookup`), all addresses in its order */
  readonly lookup?: (host: string) => Promise<readonly string[]>
}

/** One attempt at one address. `limitMs` 0 means as long as the signal permits. */
export interface Attempt {
  readonly address: string
  readonly port: number
  readonly limitMs: number
  readonly signal: AbortSignal
}

/**
 * Resolves the name anew and tries every address in turn, until one attempt succeeds.
 * @throws Error that names each address tried and why it failed; with several addresses `cause` is an AggregateError
 * of their failures
 */
export async function tryAddresses<T>(
  { host, port, signal }: ConnectTarget,
  { addressTimeoutMs = 3_000, lookup: resolve = systemLookup }: AddressOptions,
  attempt: (one: Attempt) => Promise<T>,
): Promise<T> {
  const addresses = await untilAborted(resolve(host), signal)
  const failures: Error[] = []
  for (const [index, address] of addresses.entries()) {
    const limitMs = index < addresses.length - 1 ? addressTimeoutMs : 0
    try {
      return await attempt({ address, port, limitMs, signal })
    } catch (error) {
      signal.throwIfAborted()
      failures.push(error as Error)
    }
  }
  throw unreachable(host, port, failures)
}

async function systemLookup(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, verbatim: true })
  return [...new Set(found.map((entry) => entry.address))]
}

function unreachable(host: string, port: number, failures: readonly Error[]): Error {
  const [only] = failures
  if (only === undefined) return new Error(`${host} resolves to no address`)
  if (failures.length === 1) return only
  const reasons = failures.map((failure) => failure.message).join('; ')
  const cause = new AggregateError(failures, reasons)
  return new Error(`no address of ${host}:${port} accepts a connection: ${reasons}`, { cause })
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
