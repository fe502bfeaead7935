import {
  functionOption,
  longestTimerMs,
  numberOption,
  optionsOf,
  type Portable,
  portableFrom,
  withPortable,
} from '@sluice/protocol'
import type { ByteStream, ConnectTarget, Transport } from '../transport.js'
import { Addresses, type AddressOptions } from './addresses.js'
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
 * Makes a transport over plain TCP. It resolves the name again for each connection and tries every address: the next one beside
 * those that have not answered after 250 ms (RFC 8305), beginning behind the address that failed last. `connect` rejects with an Error that names each address tried and why it failed; with several addresses `cause` is an AggregateError of their failures.
 *
 * Sockets are unreferenced: they do not keep the process alive.
 *
 * @throws KafkaError INVALID_OPTION
 */
export function tcpTransport(options: TcpTransportOptions = {}): Transport {
  return new TcpTransport(checkTcpOptions('tcpTransport', options))
}

/** A copy of the options, checked. @throws KafkaError INVALID_OPTION */
export function checkTcpOptions<T extends TcpTransportOptions>(
  of: string,
  options: T,
  ...others: string[]
): T {
  const names = ['addressTimeoutMs', 'keepAliveDelayMs', 'lookup', ...others]
  const { addressTimeoutMs = 1, keepAliveDelayMs = 0, lookup } = optionsOf(of, options, names)
  numberOption('addressTimeoutMs', addressTimeoutMs, 1, longestTimerMs)
  numberOption('keepAliveDelayMs', keepAliveDelayMs, 0, longestTimerMs)
  functionOption('lookup', lookup)
  return { ...options }
}

class TcpTransport implements Transport {
  declare readonly portable?: Portable
  readonly #options: TcpTransportOptions
  readonly #addresses: Addresses

  constructor(options: TcpTransportOptions) {
    this.#options = options
    this.#addresses = new Addresses(this.#options)
    withPortable(this, ['connect'], portableFrom('@sluice/network', 'tcpTransport', options))
  }

  async connect(target: ConnectTarget): Promise<ByteStream> {
    const { keepAliveDelayMs = defaultKeepAliveDelayMs } = this.#options
    return this.#addresses.connect(target, async (attempt) => {
      const socket = await openSocket(attempt, keepAliveDelayMs)
      const address = socket.remoteAddress ?? attempt.address
      const remote = { address, port: attempt.port }
      return { socket, stream: fromDuplex(socket, { encrypted: false, remote }) }
    })
  }
}
