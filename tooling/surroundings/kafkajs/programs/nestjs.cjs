'use strict'

/* A microservice of NestJS and its client: an answer to `send`, and what `emit` tells. Nothing in it names kafkajs. */
// oxlint-disable-next-line no-unassigned-import
require('reflect-metadata')
const { Controller, Logger, Module } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
const {
  ClientKafka,
  EventPattern,
  MessagePattern,
  Payload,
  Transport,
} = require('@nestjs/microservices')
const { firstValueFrom } = require('rxjs')

const client = { brokers: [process.env.SLUICE_ADDRESS], clientId: 'nest' }
const { promise: told, resolve: tell } = Promise.withResolvers?.() ?? withResolvers()

function withResolvers() {
  let resolve
  const promise = new Promise((settle) => (resolve = settle))
  return { promise, resolve }
}

class Sums {
  sum(values) {
    return { sum: values.reduce((a, b) => a + b, 0) }
  }

  told(what) {
    tell(what)
  }
}

for (const [method, pattern] of [
  ['sum', MessagePattern('sum')],
  ['told', EventPattern('told')],
]) {
  Payload()(Sums.prototype, method, 0)
  pattern(Sums.prototype, method, Object.getOwnPropertyDescriptor(Sums.prototype, method))
}
Controller()(Sums)

// oxlint-disable-next-line typescript/no-extraneous-class
class App {}
Module({ controllers: [Sums] })(App)

async function main() {
  const service = await NestFactory.createMicroservice(App, {
    transport: Transport.KAFKA,
    options: { client, consumer: { groupId: 'sums' }, subscribe: { fromBeginning: true } },
    logger: ['error', 'fatal'],
  })
  await service.listen()
  const caller = new ClientKafka({ client, consumer: { groupId: 'callers' } })
  Logger.overrideLogger(['error', 'fatal'])
  caller.subscribeToResponseOf('sum')
  await caller.connect()
  const answer = await firstValueFrom(caller.send('sum', [1, 2, 3]))
  const [emitted] = await firstValueFrom(
    caller.emit('told', { key: 'k', value: { greeting: 'hello' } }),
  )
  console.log(JSON.stringify({ answer, emitted: emitted.topicName, told: await told }))
  await caller.close()
  await service.close()
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
