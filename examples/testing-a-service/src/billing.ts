import { createProducer, type Producer } from '@sluice/producer'
import { Kafka, logLevel, type ConsumerConfig } from 'kafkajs'

export interface Billing {
  /** Resolves when the order in hand is billed, its offset is committed, and all connections are closed. */
  stop(): Promise<void>
}

/**
 * Bills orders: reads them from the topic `orders`, and writes a bill for each to `bills`.
 *
 * @param brokers `host:port` of some brokers.
 * @param settings Settings of the consumer that are not the usual ones: a test wants to wait for less time.
 */
export async function startBilling(
  brokers: string[],
  settings: Partial<ConsumerConfig> = {},
): Promise<Billing> {
  const kafka = new Kafka({ clientId: 'billing', brokers, logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: 'billing', ...settings })
  const producer = createProducer({ clientId: 'billing', bootstrapServers: brokers })
  await Promise.all([consumer.connect(), producer.connect()])
  await consumer.subscribe({ topics: ['orders'], fromBeginning: true })
  await consumer.run({
    autoCommitThreshold: 1,
    // The offset is committed when this resolves: no order is lost, and one may be billed twice.
    eachMessage: async ({ message }) => bill(producer, String(message.key), String(message.value)),
  })
  return {
    async stop() {
      await consumer.disconnect()
      await producer.close()
    },
  }
}

const prices = new Map([
  ['tea', 3],
  ['milk', 2],
])

async function bill(producer: Producer, order: string, item: string): Promise<void> {
  const price = prices.get(item)
  const topic = price === undefined ? 'refusals' : 'bills'
  await producer.send({ topic, key: order, value: JSON.stringify({ item, price }) })
}
