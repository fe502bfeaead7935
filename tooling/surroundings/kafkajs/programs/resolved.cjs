'use strict'

/* Which kafkajs a program has, which one a package has that it uses, and where consumer and admin come from. */
const { createRequire } = require('node:module')
const kafkajs = require('kafkajs')
const ofOther = require('@sluice/uses-kafkajs')

const { Kafka, logLevel } = kafkajs
const original = createRequire(require.resolve('kafkajs'))('kafkajs-original/package.json')

async function main() {
  const kafka = new Kafka({ brokers: [process.env.SLUICE_ADDRESS], logLevel: logLevel.ERROR })
  const producer = kafka.producer()
  const admin = kafka.admin()
  await Promise.all([producer.connect(), admin.connect()])
  await producer.send({ topic: 'resolved', messages: [{ value: 'v' }] })
  const topics = await admin.listTopics()
  await Promise.all([producer.disconnect(), admin.disconnect()])
  console.log(
    JSON.stringify({
      isOne: ofOther.Kafka === Kafka,
      name: require('kafkajs/package.json').name,
      original: `${original.name} ${original.version.split('.')[0]}`,
      isWritten: topics.includes('resolved'),
    }),
  )
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
