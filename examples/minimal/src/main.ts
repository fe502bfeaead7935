import process from 'node:process'
import { createProducer } from '@sluice/producer'

const { KAFKA = 'localhost:9092' } = process.env

const producer = createProducer({ bootstrapServers: KAFKA })
const { partition, offset } = await producer.send({ topic: 'orders', key: 'o-17', value: 'paid' })
console.log(`partition ${partition}, offset ${offset}`)
await producer.close()
