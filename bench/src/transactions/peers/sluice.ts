import { createProducer, type Producer } from '@sluice/producer'
import { partitions, topic } from '../../pipeline/brokers.js'
import { valueBytes } from '../load.js'
import type { Peer, Steps } from './peer.js'

const value = Buffer.alloc(valueBytes)

export async function sluice(bootstrapServers: string[], transactionalId: string): Promise<Peer> {
  const producer = createProducer({ bootstrapServers, transactionalId })
  await producer.connect()
  return {
    name: 'sluice',
    async run(count) {
      const all: Steps[] = []
      for (let i = 0; i < count; i++) all.push(await transaction(producer, i % partitions))
      return all
    },
    close: () => producer.close(),
  }
}

async function transaction(producer: Producer, partition: number): Promise<Steps> {
  const start = performance.now()
  const open = await producer.beginTransaction()
  const begun = performance.now()
  await open.send({ topic, partition, value })
  const sent = performance.now()
  await open.commit()
  const end = performance.now()
  return { begin: begun - start, send: sent - begun, commit: end - sent }
}
