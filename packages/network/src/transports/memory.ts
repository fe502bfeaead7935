import { duplexPair, type Duplex } from 'node:stream'
import timers from 'node:timers'
import type { ByteStream, ConnectTarget, Transport } from '../transport.js'
import { abortReason } from './addresses.js'
import { fromDuplex } from './duplex-stream.js'

/** A {@link Transport} within this process, and the other end of it. */
export interface MemoryTransport extends Transport {
  /**
   * Accepts connections to `host:port`.
   * @param accept - gets the peer's end of each connection; bytes wait until they are read
   * @returns stops listening; existing connections stay
   */
  listen(host: string, port: number, accept: (peer: Duplex) => void): () => void
}

/** Makes a transport of streams in memory, for tests: no port, no name, no kernel between client and peer. */
export function memoryTransport(): MemoryTransport {
  return new InMemory()
}

class InMemory implements MemoryTransport {
  readonly #listeners = new Map<string, (peer: Duplex) => void>()

  listen(host: string, port: number, accept: (peer: Duplex) => void): () => void {
    const address = `${host}:${port}`
    this.#listeners.set(address, accept)
    return () => {
      if (this.#listeners.get(address) === accept) this.#listeners.delete(address)
    }
  }

  async connect({ host, port, signal }: ConnectTarget): Promise<ByteStream> {
    // As with a socket, the caller of `connect` goes on before the peer answers.
    await new Promise(timers.setImmediate)
    if (signal.aborted) throw abortReason(signal)
    const accept = this.#listeners.get(`${host}:${port}`)
    if (accept === undefined) throw new Error(`connect ECONNREFUSED ${host}:${port}`)
    const [ours, theirs] = duplexPair()
    endTogether(ours, theirs)
    endTogether(theirs, ours)
    accept(theirs)
    return fromDuplex(ours, { encrypted: true })
  }
}

/** Versions of Node differ in whether one end learns that the other is destroyed. */
function endTogether(end: Duplex, other: Duplex): void {
  end.once('close', () => timers.setImmediate(() => other.destroy()))
}
