import { createProducer } from '@sluice/producer'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { topic } from './brokers.js'

/** What every load needs of a client. */
export interface Client {
  readonly name: string
  /** One record, one promise. */
  send(key: string, value: Buffer): Promise<unknown>
  /** As many records as given, the fastest way the client has; resolves when all are acknowledged. */
  pump(count: number, keyOf: (i: number) => string, value: Buffer): Promise<void>
  close(): Promise<void>
}

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

const recordsPerCall = 1_000

export async function kafkajs(brokers: string[]): Promise<Client> {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  return {
    name: 'kafkajs',
    send: (key, value) => producer.send({ topic, messages: [{ key, value }] }),
    pump: async (count, keyOf, value) => {
      for (let sent = 0; sent < count; sent += recordsPerCall) {
        const messages = Array.from({ length: recordsPerCall }, (_, i) => ({
          key: keyOf(sent + i),
          value,
        }))
        await producer.send({ topic, messages })
      }
    },
    close: () => producer.disconnect(),
  }
}
