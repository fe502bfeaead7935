import { isIP } from 'node:net'
import process from 'node:process'
import type * as tls from 'node:tls'
import type { SecureContext, TLSSocket } from 'node:tls'
import {
  detailOf,
  type KafkaError,
  type Portable,
  portableFrom,
  withPortable,
} from '@sluice/protocol'
import { ask } from '../options.js'
import type { NetworkLogger } from '../runtime.js'
import type { ByteStream, ConnectTarget, Transport } from '../transport.js'
import { Addresses, untilAborted, type Attempt } from './addresses.js'
import { fromDuplex } from './duplex-stream.js'
import { openSocket, settled } from './open-socket.js'
import { checkTcpOptions, defaultKeepAliveDelayMs, type TcpTransportOptions } from './tcp.js'
import { secureContextOf } from './tls-context.js'
import { describeTlsFailure } from './tls-failure.js'
import { isMismatch } from './tls-material.js'
import { allowedVersions, checkTlsOptions, type TlsOptions, type TlsSource } from './tls-options.js'

type Tls = typeof tls

/** Options of {@link tlsTransport}. */
export interface TlsTransportOptions extends TcpTransportOptions {
  /** Gets a warning when certificates are not checked.
   *  @defaultValue a warning of the process */
  readonly logger?: Pick<NetworkLogger, 'warn'>
}

/**
 * Makes a transport over TLS 1.2 or newer, with the broker's name sent (SNI) and its certificate checked for that name. Addresses and
 * errors are those of `tcpTransport`. Without options, or with a function, `node:tls` is loaded with the first connection.
 *
 * @param source - certificates and keys; a function is called for each connection
 * @throws KafkaError INVALID_OPTION for options that cannot work, naming the one: a `ca` that holds no certificate, a `cert`
 * without its `key`, a `key` that is encrypted and has no `passphrase`. What a function gives is checked at the connection,
 * which then fails with the same error.
 */
export function tlsTransport(
  source: TlsSource = true,
  options: TlsTransportOptions = {},
): Transport {
  if (typeof source !== 'function') checkSource(source)
  return new TlsTransport(source, checkTcpOptions('tlsTransport', options, 'logger'))
}

function checkSource(source: true | TlsOptions): void {
  const options = checkTlsOptions(source)
  if (Object.keys(options).length > 0)
    secureContextOf(process.getBuiltinModule('node:tls'), options)
}

/** Everything that one connection needs for its handshake. */
interface Security {
  readonly tls: Tls
  readonly context: SecureContext
  readonly options: TlsOptions
}

class TlsTransport implements Transport {
  declare readonly portable?: Portable
  readonly #source: TlsSource
  readonly #options: TlsTransportOptions
  readonly #addresses: Addresses
  #warned = false

  constructor(source: TlsSource, options: TlsTransportOptions) {
    this.#source = source
    this.#options = options
    this.#addresses = new Addresses(this.#options)
    // A portable plug-in is made with one argument.
    if (Object.keys(options).length > 0) return
    withPortable(this, ['connect'], portableFrom('@sluice/network', 'tlsTransport', source))
  }

  async connect(target: ConnectTarget): Promise<ByteStream> {
    const { keepAliveDelayMs = defaultKeepAliveDelayMs } = this.#options
    const security = await untilAborted(this.#secure(), target.signal)
    return this.#addresses.connect(target, async (attempt) => {
      const socket = await openSocket(attempt, keepAliveDelayMs)
      const address = socket.remoteAddress ?? attempt.address
      const options = { ...chosen(security.options), secureContext: security.context, socket }
      const secured = security.tls.connect({ ...options, ...named(target.host, security.options) })
      await secure(secured, attempt, target, security.options)
      const remote = { address, port: attempt.port }
      return { socket: secured, stream: fromDuplex(secured, { encrypted: true, remote }) }
    })
  }

  async #secure(): Promise<Security> {
    const [loaded, given] = await Promise.all([import('node:tls'), ask(this.#source)])
    const options = checkTlsOptions(given)
    if (options.rejectUnauthorized === false) this.#warn()
    return { tls: loaded, context: this.#contextOf(loaded, options), options }
  }

  #contextOf(loaded: Tls, options: TlsOptions): SecureContext {
    try {
      return secureContextOf(loaded, options)
    } catch (error) {
      // In the middle of a renewal key and certificate may not fit each other; the next call may give others.
      const isHalfRenewed = typeof this.#source === 'function' && isMismatch(error)
      throw isHalfRenewed ? new Error(detailOf(error as KafkaError)) : error
    }
  }

  #warn(): void {
    if (this.#warned) return
    this.#warned = true
    const message =
      'tls: rejectUnauthorized is false, so certificates are not checked: anybody on the way to the brokers can read and ' +
      'change everything, credentials too. Give the authority of their certificates as ca instead.'
    if (this.#options.logger === undefined) process.emitWarning(message, 'SluiceSecurityWarning')
    else this.#options.logger.warn(message)
  }
}

/** The options that are not part of the secure context. */
function chosen({ ALPNProtocols, checkServerIdentity, rejectUnauthorized }: TlsOptions) {
  return {
    rejectUnauthorized: rejectUnauthorized !== false,
    ...(ALPNProtocols === undefined ? {} : { ALPNProtocols }),
    ...(checkServerIdentity === undefined ? {} : { checkServerIdentity }),
  }
}

/** The name to ask for and to check. An address is checked, but not sent: SNI has none. */
function named(host: string, { servername }: TlsOptions): { host: string; servername?: string } {
  if (servername !== undefined) return { host, servername }
  return isIP(host) > 0 ? { host } : { host, servername: host.replace(/\.$/, '') }
}

async function secure(
  socket: TLSSocket,
  attempt: Attempt,
  { host, port }: ConnectTarget,
  options: TlsOptions,
): Promise<void> {
  const { address, limitMs } = attempt
  const where = `${host}:${port}`
  await settled(
    socket,
    'secureConnect',
    attempt,
    () => new Error(`no TLS with ${address} after ${limitMs} ms`),
  ).catch((error: unknown) => {
    // Node notes whether it has refused the chain or the name.
    const untrusted = Boolean(socket.authorizationError)
    throw describeTlsFailure(error, { where, address, options, untrusted })
  })
  const protocol = socket.getProtocol()
  if (protocol !== null && allowedVersions.includes(protocol)) return
  socket.destroy()
  const old = new Error(`the peer speaks ${protocol}, which is not safe`)
  const cause = Object.assign(old, { code: 'ERR_SSL_UNSUPPORTED_PROTOCOL' })
  throw describeTlsFailure(cause, { where, address, options, untrusted: false })
}
