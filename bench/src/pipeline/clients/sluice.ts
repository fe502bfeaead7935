import { createProducer } from '@sluice/producer'
import { topic } from '../brokers.js'
import type { Client } from '../client.js'

export function sluice(bootstrapServers: string[]): Client {
  const producer = createProducer({ bootstrapServers })
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
