import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { topic } from '../brokers.js'
import { callByCall, type Client } from '../client.js'

export async function kafkajs(brokers: string[]): Promise<Client> {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  return {
    name: 'kafkajs',
    send: (key, value) => producer.send({ topic, messages: [{ key, value }] }),
    pump: (count, keyOf, value) =>
      callByCall(count, keyOf, value, (messages) => producer.send({ topic, messages })),
    close: () => producer.disconnect(),
  }
}
