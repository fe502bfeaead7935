import process from 'node:process'
import type { Producer, ProducerRecord } from '@sluice/producer'
import { builtProducer, builtProducerWithoutBrokers } from './built-producers.js'

const [checkout, load, records, reads, bootstrapServers] = process.argv.slice(2) as [
  checkout: string,
  load: 'enqueue' | 'send' | 'await',
  records: string,
  reads: 'metered' | 'unread',
  bootstrapServers?: string,
]
/** So many are sent before the producer is asked to flush. */
const recordsARound = 20_000
const tasks = 1_000
const value = Buffer.alloc(100, 'x')
const keys = Array.from({ length: 10_000 }, (_, i) => `key-${String(i).padStart(12, '0')}`)

const producer: Producer =
  bootstrapServers === undefined
    ? await builtProducerWithoutBrokers(checkout)
    : await builtProducer(checkout, bootstrapServers.split(','))
const round = { enqueue, send, await: awaiting }[load]
for (let sent = 0; sent < Number(records); sent += recordsARound) {
  await round()
  if (reads === 'metered' && producer.metrics().recordsPending !== 0)
    throw new Error('records are pending after a round of them has settled')
}
await producer.close()
// What runs after the load is no part of it.
process.exit()

async function enqueue(): Promise<void> {
  for (let i = 0; i < recordsARound; i++)
    if (!producer.enqueue(recordOf(i), onDelivery)) await producer.drained()
  await producer.flush()
}

function send(): Promise<unknown> {
  return Promise.all(Array.from({ length: recordsARound }, (_, i) => producer.send(recordOf(i))))
}

function awaiting(): Promise<unknown> {
  return Promise.all(Array.from({ length: tasks }, (_, from) => task(from)))
}

async function task(from: number): Promise<void> {
  for (let i = from; i < recordsARound; i += tasks) await producer.send(recordOf(i))
}

function recordOf(i: number): ProducerRecord {
  return { topic: 'bench', key: keys[i % keys.length]!, value }
}

function onDelivery(error: Error | null): void {
  if (error !== null) throw error
}
