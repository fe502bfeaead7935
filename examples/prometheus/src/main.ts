import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { createProducer } from '@sluice/producer'
import { Registry } from 'prom-client'
import { showProducer } from './producer-page.js'

const { KAFKA = 'localhost:9092', PORT = '9464' } = process.env

const registry = new Registry()
const producers = ['orders', 'audit'].map((clientId) => {
  const producer = createProducer({ bootstrapServers: KAFKA, clientId })
  showProducer(registry, clientId, producer)
  return producer
})
// The page and the probes are there while Kafka is not.
for (const producer of producers) producer.connect().catch(() => {})

const pages: Readonly<Record<string, () => Promise<[status: number, body: string]>>> = {
  '/metrics': async () => [200, await registry.metrics()],
  // The process is alive as long as it answers: a restart brings no broker back, and loses the records that are pending.
  '/live': async () => [200, 'alive\n'],
  '/ready': async () => {
    const unready = producers.map((one) => one.status()).filter(({ ready }) => !ready)
    return [unready.length === 0 ? 200 : 503, unready.map(({ message }) => `${message}\n`).join('')]
  },
}

async function answer(url: string | undefined, response: ServerResponse): Promise<void> {
  const [status, body] = (await pages[url ?? '']?.()) ?? [404, '']
  response.writeHead(status, { 'content-type': registry.contentType }).end(body)
}

const server = createServer(({ url }, response) => void answer(url, response))
server.listen(Number(PORT), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`http://127.0.0.1:${port}`)
})

process.once('SIGTERM', () => {
  server.close()
  void Promise.all(producers.map((producer) => producer.close()))
})
