import process from 'node:process'
import { createProducer } from '@sluice/producer'
import { createService } from './service.js'

const { KAFKA = 'localhost:9092', HOST = '127.0.0.1', PORT = '0' } = process.env

const producer = createProducer({ bootstrapServers: KAFKA, clientId: 'orders', logger: console })
const service = createService(producer)
// Takes no more connections, answers what is under way, then closes the producer. The process ends by itself after that.
process.once('SIGTERM', () => void service.close())
console.log(await service.listen({ host: HOST, port: Number(PORT) }))
