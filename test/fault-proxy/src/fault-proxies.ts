import { tcpTransport, type Transport } from '@sluice/network'
import { createFaultProxy, type FaultProxy } from './fault-proxy.js'

/** A proxy before each broker of a cluster. */
export interface FaultProxies extends AsyncDisposable {
  /** In the order of the brokers given. */
  readonly proxies: readonly FaultProxy[]
  /** Leads to each broker through its proxy: the cluster need not advertise them. Other addresses stay as they are. */
  readonly transport: Transport
}

/** @param brokers - `host:port` of each, as the cluster advertises it */
export async function createFaultProxies(brokers: readonly string[]): Promise<FaultProxies> {
  const proxies = await Promise.all(brokers.map((to) => createFaultProxy({ to })))
  const ports = new Map(brokers.map((broker, index) => [broker, proxies[index]!.port]))
  const tcp = tcpTransport()
  return {
    proxies,
    transport: {
      connect: ({ host, port, signal }) => {
        const through = ports.get(`${host}:${port}`)
        const target = through === undefined ? { host, port } : { host: '127.0.0.1', port: through }
        return tcp.connect({ ...target, signal })
      },
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(proxies.map((proxy) => proxy.close()))
    },
  }
}
