import { showProducer } from '@sluice/example-prometheus'
import type { Producer } from '@sluice/producer'
import Fastify, { type FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'

interface Order {
  readonly id: string
}

const order = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', minLength: 1 } },
} as const

/**
 * Takes orders. A request is answered with 200 when its record is acknowledged: what was answered so is in Kafka. The answer to
 * any other request says nothing about that.
 */
export function createService(producer: Producer): FastifyInstance {
  const service = Fastify()
  const registry = new Registry()
  showProducer(registry, 'orders', producer)
  let closing = false

  service.post<{ Body: Order }>('/orders', { schema: { body: order } }, async ({ body }) => {
    const { id } = body
    const value = JSON.stringify(body)
    const { partition, offset } = await producer.send({ topic: 'orders', key: id, value })
    return { partition, offset: String(offset) }
  })

  // The process is alive as long as it answers. An outage of Kafka must not restart it: that would lose what it has taken.
  service.get('/live', async () => ({ alive: true }))

  // Whether requests may come: not while the cluster is away, and no more once the service is closing.
  service.get('/ready', async (_, reply) => {
    const { ready, reason, message } = producer.status()
    return reply.code(ready && !closing ? 200 : 503).send({ reason, message, closing })
  })

  service.get('/metrics', async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )

  service.addHook('onReady', () => producer.connect())
  service.addHook('preClose', async () => void (closing = true))
  // Requests that are under way have been answered by now, so each of their records has settled.
  service.addHook('onClose', () => producer.close())
  return service
}
