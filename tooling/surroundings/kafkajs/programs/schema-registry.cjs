'use strict'

/* @kafkajs/confluent-schema-registry before a producer and behind a consumer, with a registry that knows one schema. */
const { createServer } = require('node:http')
const { SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry')
const { Kafka, logLevel } = require('kafkajs')

const schema = JSON.stringify({
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [{ name: 'cents', type: 'int' }],
})

const answers = {
  GET: () => ({ compatibilityLevel: 'BACKWARD', schema }),
  POST: () => ({ id: 17 }),
  PUT: () => ({ compatibility: 'BACKWARD' }),
}

async function main() {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/vnd.schemaregistry.v1+json')
    response.end(JSON.stringify(answers[request.method]()))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const registry = new SchemaRegistry({ host: `http://127.0.0.1:${server.address().port}` })
  const { id } = await registry.register({ type: SchemaType.AVRO, schema }, { subject: 'orders' })
  const kafka = new Kafka({ brokers: [process.env.SLUICE_ADDRESS], logLevel: logLevel.ERROR })
  const producer = kafka.producer()
  const consumer = kafka.consumer({ groupId: 'orders' })
  await Promise.all([producer.connect(), consumer.connect()])
  const value = await registry.encode(id, { cents: 1_200 })
  await producer.send({ topic: 'orders', messages: [{ value }] })
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  const read = await new Promise((resolve, reject) => {
    consumer
      .run({ eachMessage: async ({ message }) => resolve(await registry.decode(message.value)) })
      .catch(reject)
  })
  await consumer.disconnect()
  await producer.disconnect()
  console.log(JSON.stringify({ id, cents: read.cents }))
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
