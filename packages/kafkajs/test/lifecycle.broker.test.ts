import { createServer } from 'node:net'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { Kafka, logLevel } from '@sluice/kafkajs'
import type { Producer } from 'kafkajs-original'
import { expect, test } from 'vitest'
import { alone, clients, errorFields, retry } from './side-by-side.js'

const messages = [{ value: 'a' }]

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('sends before connect and after disconnect are refused in the words of kafkajs, and connect works again', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const kafka = new Kafka({ brokers: cluster.bootstrapServers, logLevel: logLevel.NOTHING })
  const producer = kafka.producer()
  const send = (): Promise<unknown> => producer.send({ topic: 't', messages })
  const disconnected = { name: 'KafkaJSError', message: 'The producer is disconnected' }
  await expect(send()).rejects.toMatchObject(disconnected)
  for (let life = 1; life <= 2; life++) {
    await producer.connect()
    await producer.connect()
    await send()
    await producer.disconnect()
    await expect(send()).rejects.toMatchObject(disconnected)
    expect(cluster.records('t')).toHaveLength(life)
  }
})

test('disconnect waits for what was sent, and refuses what comes meanwhile', async () => {
  await alone('ours', async (producer, cluster) => {
    const sends = Array.from({ length: 100 }, () => producer.send({ topic: 't', messages }))
    const disconnected = producer.disconnect()
    await expect(producer.send({ topic: 't', messages })).rejects.toMatchObject({
      name: 'KafkaJSNonRetriableError',
      message: "The producer is disconnecting; therefore, it can't safely accept messages anymore",
    })
    await Promise.all([...sends, disconnected])
    expect(cluster.records('t')).toHaveLength(100)
  })
})

test.each(Object.entries(clients))(
  'connect to a server that is not there fails after the retries: %s',
  async (_, Client) => {
    const brokers = [`127.0.0.1:${await freePort()}`]
    const kafka = new Client({ brokers, retry, logLevel: logLevel.NOTHING })
    const error: unknown = await kafka
      .producer()
      .connect()
      .catch((e: unknown) => e)
    const message = `Connection error: connect ECONNREFUSED ${brokers[0]}`
    expect(errorFields(error)).toEqual({
      class: 'KafkaJSNumberOfRetriesExceeded',
      name: 'KafkaJSNumberOfRetriesExceeded',
      message,
      retriable: false,
      type: undefined,
      code: undefined,
      cause: expect.objectContaining({
        class: 'KafkaJSConnectionError',
        message,
        retriable: true,
        code: 'ECONNREFUSED',
      }),
    })
    expect(error).toMatchObject({ retryCount: 2, cause: { broker: brokers[0] } })
  },
)

test.each([
  ['an empty list', [], 'Failed to connect: brokers array is empty'],
  ['no list', undefined, 'Failed to connect: brokers should not be null'],
  ['a wrong address', [5], 'Failed to connect: broker at index 0 is invalid "number"'],
  [
    'a function that fails',
    () => {
      throw new Error('no registry')
    },
    'Failed to connect: "config.brokers" threw: no registry',
  ],
])('brokers that are %s are refused by connect', async (_, brokers, message) => {
  const kafka = new Kafka({ brokers: brokers as never, logLevel: logLevel.NOTHING })
  await expect(kafka.producer().connect()).rejects.toThrow(message)
})

test('brokers may be a function, and the socket one of the program', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const { connect } = await import('node:net')
  const opened: object[] = []
  const kafka = new Kafka({
    brokers: async () => cluster.bootstrapServers,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 100,
    socketFactory: ({ host, port, ssl, onConnect }) => {
      opened.push({ host, ssl })
      return connect({ host, port }, onConnect)
    },
  })
  const producer: Producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 't', messages })
  // The time for connecting is over, and the connections stay.
  const connections = opened.length
  await new Promise((resolve) => setTimeout(resolve, 300))
  await producer.send({ topic: 't', messages })
  await producer.disconnect()
  expect(opened[0]).toEqual({ host: '127.0.0.1', ssl: undefined })
  expect(opened).toHaveLength(connections)
  expect(cluster.records('t')).toHaveLength(2)
})

test('sends fail after the retries where all brokers are gone, and work again with the next connection', async () => {
  await alone('ours', async (producer, cluster) => {
    await producer.send({ topic: 't', messages })
    await cluster.brokers[0]!.stop()
    const error: unknown = await producer.send({ topic: 't', messages }).catch((e: unknown) => e)
    expect(errorFields(error)).toMatchObject({
      class: 'KafkaJSNumberOfRetriesExceeded',
      cause: { code: 'ECONNREFUSED' },
    })
    await cluster.brokers[0]!.start()
    await producer.send({ topic: 't', messages })
    expect(cluster.records('t')).toHaveLength(2)
  })
})

test('without a limit of its own a program keeps its records over an outage that kafkajs gives up at', async () => {
  await alone(
    'ours',
    async (producer, cluster) => {
      await producer.send({ topic: 't', messages })
      await cluster.brokers[0]!.stop()
      const sends = Array.from({ length: 50 }, () => producer.send({ topic: 't', messages }))
      await new Promise((resolve) => setTimeout(resolve, 700))
      await cluster.brokers[0]!.start()
      await Promise.all(sends)
      expect(cluster.records('t')).toHaveLength(51)
    },
    { config: { retry: { initialRetryTime: 10, maxRetryTime: 50 } } },
  )
})
