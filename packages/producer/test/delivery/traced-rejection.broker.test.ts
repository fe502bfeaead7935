import { createEmbeddedCluster, type EmbeddedCluster, produceError } from '@sluice/embedded-broker'
import type { KafkaError } from '@sluice/protocol'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'

let cluster: EmbeddedCluster
let producer: Producer

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  cluster.intercept('Produce', produceError('TOPIC_AUTHORIZATION_FAILED', { topic: 't' }))
})
afterAll(() => cluster.close())
afterEach(() => producer.close())

function open(options: Partial<ProducerOptions> = {}): Producer {
  producer = createProducer({
    ...threadMode,
    bootstrapServers: cluster.bootstrapServers,
    ...options,
  })
  return producer
}

const record = { topic: 't', value: 'x' }

async function errorOf(promise: Promise<unknown>): Promise<KafkaError> {
  try {
    await promise
  } catch (error) {
    return error as KafkaError
  }
  throw new Error('it did not fail')
}

test('the stack of a broker’s error shows the function that awaits the send', async () => {
  open()
  async function placeOrder(): Promise<unknown> {
    return await producer.send(record)
  }
  const error = await errorOf(placeOrder())
  expect(error).toMatchObject({
    code: 'TOPIC_AUTHORIZATION_FAILED',
    topic: 't',
    partition: 0,
    attempts: 1,
    persisted: 'no',
  })
  expect(error.message).toMatch(/^TOPIC_AUTHORIZATION_FAILED: /)
  expect(error.stack).toMatch(/at (async )?placeOrder /)
})

test('each of several sends that fail together shows its own caller, in a stack of its own', async () => {
  open()
  const first = async (): Promise<unknown> => await producer.send(record)
  const second = async (): Promise<unknown> =>
    await Promise.all([producer.send(record), producer.partitionsFor('t')])
  const errors = await Promise.all([errorOf(first()), errorOf(second())])
  expect(errors.map(({ stack }) => /at (?:async )?(first|second) /.exec(stack!)?.[1])).toEqual([
    'first',
    'second',
  ])
})

test('the stack of sendMany’s failure shows its caller, and each result is there', async () => {
  open()
  async function placeOrders(): Promise<unknown> {
    return await producer.sendMany([record, record])
  }
  const error = await errorOf(placeOrders())
  expect(error).toMatchObject({ code: 'PARTIAL_FAILURE', results: Array(2).fill(error.cause) })
  expect(error.stack).toMatch(/at (async )?placeOrders /)
})

test('the stack of a metadata time-out shows its caller', async () => {
  open({ bootstrapServers: 'localhost:1', maxBlockMs: 1 })
  async function placeOrder(): Promise<unknown> {
    return await producer.send(record)
  }
  const error = await errorOf(placeOrder())
  expect(error.code).toBe('METADATA_TIMEOUT')
  expect(error.stack).toMatch(/at (async )?placeOrder /)
})

test('a failure of many records makes few errors', async () => {
  open()
  const sends = Array.from({ length: 1_000 }, () => errorOf(producer.send(record)))
  const errors = new Set(await Promise.all(sends))
  expect(errors.size).toBeGreaterThan(1)
  expect(errors.size).toBeLessThan(50)
})

test('whoever awaits a flush has seen the failures of the sends before', async () => {
  open()
  const seen: string[] = []
  void producer.send(record).catch(({ code }: KafkaError) => seen.push(code))
  await producer.flush()
  expect(seen).toEqual(['TOPIC_AUTHORIZATION_FAILED'])
  void producer.send(record).catch(({ code }: KafkaError) => seen.push(code))
  await producer.close()
  expect(seen).toEqual(['TOPIC_AUTHORIZATION_FAILED', 'TOPIC_AUTHORIZATION_FAILED'])
})
