import { setTimeout as pause } from 'node:timers/promises'
import { loadInstalled, versionOfPeer } from '../../installed.js'
import type { BenchRecord, Client } from '../../pipeline/client.js'
import type { Task } from '../task.js'
import { measure } from './measure.js'

interface Rdkafka {
  readonly Producer: new (config: object) => RdkafkaProducer
}

interface RdkafkaProducer {
  connect(options: object, callback: (error: Error | null) => void): void
  on(event: 'delivery-report', listener: (error: Error | null, report: Report) => void): void
  produce(
    topic: string,
    partition: number | null,
    value: Buffer,
    key: string,
    timestamp: null,
    opaque: Settle | null,
  ): void
  poll(): void
  disconnect(callback: () => void): void
}

interface Report {
  readonly opaque: Settle | null
}

type Settle = (error: Error | null) => void

const queueFull = -184

await measure(`node-rdkafka ${versionOfPeer('node-rdkafka')}`, open)

async function open(task: Task): Promise<Client> {
  const { default: rdkafka } = await loadInstalled<{ default: Rdkafka }>('node-rdkafka')
  const producer = new rdkafka.Producer(configOf(task))
  await new Promise<void>((resolve, reject) => {
    producer.connect({}, (error) => (error === null ? resolve() : reject(error)))
  })
  // A delivery is told of at the next poll. `setPollInterval(1)` does the same, but lets the process end before.
  const polling = setInterval(() => producer.poll(), 1)
  let settled = 0
  producer.on('delivery-report', (error, { opaque }) => {
    settled++
    if (opaque !== null) opaque(error)
    else if (error !== null) throw error
  })
  const unsettledUntil = (until: number): boolean => settled < until
  return {
    name: 'node-rdkafka',
    send: (record) =>
      new Promise<void>((resolve, reject) => {
        produce(producer, record, (error) => (error === null ? resolve() : reject(error)))
      }),
    async pump(count, recordOf) {
      const until = settled + count
      for (let i = 0; i < count; i++) {
        while (!tryProduce(producer, recordOf(i))) await pause(1)
      }
      while (unsettledUntil(until)) await pause(1)
    },
    async close() {
      clearInterval(polling)
      await new Promise<void>((resolve) => producer.disconnect(resolve))
    },
  }
}

function configOf({ bootstrapServers, lz4, lingerMs, batchBytes }: Task): object {
  return {
    'bootstrap.servers': bootstrapServers,
    acks: 'all',
    'enable.idempotence': true,
    dr_cb: true,
    ...(lz4 && { 'compression.codec': 'lz4' }),
    ...(lingerMs >= 0 && { 'linger.ms': lingerMs }),
    ...(batchBytes >= 0 && { 'batch.size': batchBytes }),
  }
}

/** False where the queue is full. */
function tryProduce(producer: RdkafkaProducer, record: BenchRecord): boolean {
  try {
    produce(producer, record, null)
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code !== queueFull) throw error
    return false
  }
}

function produce(producer: RdkafkaProducer, record: BenchRecord, settle: Settle | null): void {
  const { topic, partition = null, value, key } = record
  producer.produce(topic, partition, value, key, null, settle)
}
