import { strict as assert } from 'node:assert'
import {
  createProducer,
  type ErrorCode,
  KafkaError,
  type Partitioner,
  type Producer,
  type ProducerOptions,
  type ProducerRecord,
  type RecordMetadata,
} from '@sluice/producer'

/*
 * A program that installs `@sluice/producer` alone, in a layout where a package finds only what its own manifest names, as
 * pnpm makes it. check-packages compiles it for each way in which TypeScript finds packages, and runs it.
 */
const partitioner: Partitioner = { forTopic: () => ({ partition: () => 0 }) }
const options: ProducerOptions = { bootstrapServers: 'localhost:1', partitioner }
const record: ProducerRecord = { topic: 'orders', value: 'v', headers: { trace: 'abc' } }

async function send(producer: Producer): Promise<RecordMetadata> {
  return producer.send({ ...record, topic: '' })
}

async function main(): Promise<void> {
  const producer = createProducer(options)
  const wanted: ErrorCode = 'INVALID_TOPIC_EXCEPTION'
  await assert.rejects(send(producer), (error) => {
    return error instanceof KafkaError && error.code === wanted
  })
  await producer.close()
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
