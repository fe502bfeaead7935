import process from 'node:process'
import { createProducer } from '@sluice/producer'
import { gzip } from '@sluice/protocol/gzip'

const { KAFKA = 'localhost:9092', SENDER_THREAD } = process.env

const producer = createProducer({
  bootstrapServers: KAFKA,
  compression: gzip(),
  senderThread: SENDER_THREAD === '1',
})
const readings = Array.from({ length: 100 }, (_, at) => ({ topic: 'readings', value: `${at} °C` }))
await producer.sendMany(readings)
await producer.close()
console.log('sent 100')
