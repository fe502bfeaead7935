import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import { connect, type ConnectionOptions } from 'node:tls'
import { fromDuplex, type Transport } from '@sluice/network'

export interface HttpProxyOptions {
  /** Where the proxy listens, such as `http://user:password@proxy.example:3128`. */
  readonly proxy: string
  /** TLS with the brokers, inside the tunnel: options of `node:tls`. */
  readonly tls?: ConnectionOptions
}

/** Reaches brokers through an HTTP proxy (CONNECT), which looks up their names. */
export function httpProxyTransport({ proxy, tls }: HttpProxyOptions): Transport {
  const url = new URL(proxy)
  return {
    async connect({ host, port, signal }) {
      const name = isIP(host) === 6 ? `[${host}]` : host
      const socket = await openTunnel(url, `${name}:${port}`, signal)
      if (tls === undefined) return fromDuplex(socket, { encrypted: false })
      return fromDuplex(await secure(socket, host, tls, signal), { encrypted: true })
    },
  }
}

async function openTunnel(proxy: URL, path: string, signal: AbortSignal): Promise<Socket> {
  const { hostname: host, port, username, password } = proxy
  const auth = username && `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const basic = auth && { 'proxy-authorization': `Basic ${Buffer.from(auth).toString('base64')}` }
  const headers = { host: path, ...basic }
  const asking = request({ host, port, method: 'CONNECT', path, headers, agent: false, signal })
  const answered = once(asking.end(), 'connect')
  const [{ statusCode }, socket, head] = (await answered) as [IncomingMessage, Socket, Buffer]
  if (statusCode !== 200) {
    socket.destroy()
    throw new Error(`the proxy answered ${statusCode} to CONNECT ${path}`)
  }
  if (head.length > 0) socket.unshift(head)
  return socket.setNoDelay(true).unref()
}

async function secure(socket: Socket, host: string, tls: ConnectionOptions, signal: AbortSignal) {
  const servername = isIP(host) > 0 ? {} : { servername: host }
  const secured = connect({ minVersion: 'TLSv1.2', ...servername, ...tls, host, socket })
  try {
    await once(secured, 'secureConnect', { signal })
  } catch (error) {
    secured.destroy()
    throw error
  }
  return secured
}
