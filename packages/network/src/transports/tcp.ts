import { type Portable, portableFrom } from '@sluice/protocol'
import type { ByteStream, ConnectTarget, Transport } from '../transport.js'
import { tryAddresses, type AddressOptions } from './addresses.js'
import { fromDuplex } from './duplex-stream.js'
import { openSocket } from './open-socket.js'

/** Options of {@link tcpTransport}. */
export interface TcpTransportOptions extends AddressOptions {
  /** Idle milliseconds after which the kernel begins to probe whether the peer is still there.
   *  @defaultValue 60000 */
  readonly keepAliveDelayMs?: number
}

export const defaultKeepAliveDelayMs = 60_000

/**
 * Makes a transport over plain TCP. It resolves the name again for each connection and tries every address in turn. `connect` rejects with an Error that
 * names each address tried and why it failed; with several addresses `cause` is an AggregateError of their failures.
 *
 * Sockets are unreferenced: they do not keep the process alive.
 */
export function tcpTransport(options: TcpTransportOptions = {}): Transport {
  return new TcpTransport(options)
}

class TcpTransport implements Transport {
  readonly #options: TcpTransportOptions

  constructor(options: TcpTransportOptions) {
    this.#options = { ...options }
  }

  get portable(): Portable | undefined {
    return portableFrom('@sluice/network', 'tcpTransport', this.#options)
  }

  async connect(target: ConnectTarget): Promise<ByteStream> {
    const { keepAliveDelayMs = defaultKeepAliveDelayMs } = this.#options
    return tryAddresses(target, this.#options, async (attempt) => {
      const socket = await openSocket(attempt, keepAliveDelayMs)
      const address = socket.remoteAddress ?? attempt.address
      return fromDuplex(socket, { encrypted: false, remote: { address, port: attempt.port } })
    })
  }
}
