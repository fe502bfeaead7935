import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createServer, type Server, type TlsOptions as ServerOptions } from 'node:tls'
import { tlsTransport, type TlsOptions, type Transport } from '@sluice/network'

/** A TLS server that passes everything on to a broker which knows nothing of TLS. */
export class TlsFront implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** How many connections were begun, whatever came of them. */
  accepted = 0

  private constructor(target: string, options: ServerOptions) {
    this.#server = createServer(options)
    const [host, port] = target.split(':') as [string, string]
    this.#server.on('connection', (socket: Socket) => {
      this.accepted++
      this.#keep(socket)
    })
    this.#server.on('tlsClientError', () => {})
    this.#server.on('secureConnection', (socket) => {
      const behind = this.#keep(connect({ host, port: Number(port) }))
      socket.on('error', () => behind.destroy())
      behind.on('close', () => socket.destroy())
      socket.pipe(behind).pipe(socket)
    })
  }

  /**
   * @param target - `host:port` of the broker
   * @param options - its certificate, and what it asks of clients
   */
  static async start(target: string, options: ServerOptions): Promise<TlsFront> {
    const front = new TlsFront(target, options)
    front.#server.listen(0, '127.0.0.1')
    await once(front.#server, 'listening')
    return front
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** New connections see this certificate. */
  show(certificate: ServerOptions): void {
    this.#server.setSecureContext(certificate)
  }

  /** Ends every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Leads connections to the broker, at whatever address it names itself, through this server. */
  transport(tls: TlsOptions | (() => TlsOptions)): Transport {
    const inner = tlsTransport(tls)
    const [host, port] = this.address.split(':') as [string, string]
    return { connect: (target) => inner.connect({ ...target, host, port: Number(port) }) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    return socket.on('close', () => this.#sockets.delete(socket))
  }
}
