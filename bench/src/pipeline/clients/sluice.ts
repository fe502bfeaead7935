import { createProducer } from '@sluice/producer'
import { topic } from '../brokers.js'
import type { Client } from '../client.js'

/** `create` comes from another checkout where two states of the source are compared. */
export function sluice(bootstrapServers: string[], create = createProducer): Client {
  const producer = create({ bootstrapServers })
  let failed = 0
  const onDelivery = (error: Error | null): void => {
    if (error !== null) failed++
  }
  return {
    name: 'sluice',
    send: (key, value) => producer.send({ topic, key, value }),
    pump: async (count, keyOf, value) => {
      for (let i = 0; i < count; i++) {
        if (!producer.enqueue({ topic, key: keyOf(i), value }, onDelivery)) await producer.drained()
      }
      await producer.flush()
      if (failed > 0) throw new Error(`${failed} records failed`)
    },
    close: () => producer.close(),
  }
}
