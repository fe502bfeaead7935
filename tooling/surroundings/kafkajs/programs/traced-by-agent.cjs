'use strict'

/* What the records of a program carry when an agent was loaded before it: the names of their headers. Prints them, and how often. */
const { Kafka, logLevel } = require('kafkajs')

/** Runs the sends as a part of a transaction of the agent, where it has such. */
module.exports = async function sendTraced(within) {
  const kafka = new Kafka({ brokers: [process.env.SLUICE_ADDRESS], logLevel: logLevel.ERROR })
  const topic = `of-${process.env.SLUICE_AGENT}`
  const producer = kafka.producer()
  const consumer = kafka.consumer({ groupId: topic })
  await Promise.all([producer.connect(), consumer.connect()])
  await within(async () => {
    await producer.send({ topic, messages: [{ value: 'send' }] })
    await producer.sendBatch({ topicMessages: [{ topic, messages: [{ value: 'sendBatch' }] }] })
  })
  await consumer.subscribe({ topic, fromBeginning: true })
  const read = []
  await new Promise((resolve, reject) => {
    const eachMessage = async ({ message: { value, headers } }) => {
      read.push({
        value: String(value),
        headers: Object.keys(headers).toSorted(),
        isOnce: !Object.values(headers).some(Array.isArray),
      })
      if (read.length === 2) resolve()
    }
    consumer.run({ eachMessage }).catch(reject)
  })
  await consumer.disconnect()
  await producer.disconnect()
  console.log(JSON.stringify(read))
}
