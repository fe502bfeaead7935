import { createProducer, type ProducerOptions } from '@sluice/producer'
import type { Client } from '../client.js'

/**
 * @param create - comes from another checkout where two states of the source are compared
 */
export function sluice(
  bootstrapServers: string[],
  create = createProducer,
  options: Omit<ProducerOptions, 'bootstrapServers'> = {},
): Client {
  const producer = create({ bootstrapServers, ...options })
  let failed = 0
  const onDelivery = (error: Error | null): void => {
    if (error !== null) failed++
  }
  return {
    name: 'sluice',
    send: (record) => producer.send(record),
    pump: async (count, recordOf) => {
      for (let i = 0; i < count; i++) {
        if (!producer.enqueue(recordOf(i), onDelivery)) await producer.drained()
      }
      await producer.flush()
      if (failed > 0) throw new Error(`${failed} records failed`)
    },
    close: () => producer.close(),
  }
}
