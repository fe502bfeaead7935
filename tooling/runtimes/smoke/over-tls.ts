import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import process from 'node:process'
import { createServer, type Server } from 'node:tls'
import { tlsTransport } from '@sluice/network'
import { createProducer } from '@sluice/producer'
import { expectAll, records, startCluster } from './cluster.js'

/** PEM texts, from whoever runs the program. */
const { SLUICE_CA: ca = '', SLUICE_CERT: cert = '', SLUICE_KEY: key = '' } = process.env

/** The producer reaches its broker by TLS and checks the certificate; a producer that knows another authority does not. */
export async function overTls(): Promise<void> {
  await using cluster = await startCluster([], 1)
  const { bootstrapServers } = cluster
  const front = await startFront(Number(bootstrapServers[0]!.split(':')[1]))
  const { port } = front.address() as AddressInfo
  const through = (authority: string | undefined) => {
    const tls = tlsTransport(authority === undefined ? {} : { ca: authority })
    const transport = {
      connect: (target: Parameters<typeof tls.connect>[0]) => tls.connect({ ...target, port }),
    }
    return createProducer({ bootstrapServers, transport, maxBlockMs: 5_000 })
  }
  await using producer = through(ca)
  await Promise.all(records.map((record) => producer.send(record)))
  expectAll(cluster)
  await using stranger = through(undefined)
  const refused = await stranger.connect().then(
    () => null,
    (error: unknown) => String(error),
  )
  if (refused === null) throw new Error('a certificate of nobody known was taken')
  front.close()
}

/** Takes TLS, and passes on what is in it. */
async function startFront(behind: number): Promise<Server> {
  const front = createServer({ cert, key }, (socket) => {
    const broker = connect(behind, '127.0.0.1')
    socket.on('error', () => broker.destroy()).on('close', () => broker.destroy())
    broker.on('error', () => socket.destroy()).on('close', () => socket.destroy())
    socket.pipe(broker).pipe(socket)
  })
  // A client that refuses the certificate is what is wanted.
  front.on('tlsClientError', () => {})
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  return front
}
