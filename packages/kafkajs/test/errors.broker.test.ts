import { produceError } from '@sluice/embedded-broker'
import type { CompressionTypes, Message, Producer } from 'kafkajs-original'
import { expect, test } from 'vitest'
import { alone, outcomeOf, sideBySide } from './side-by-side.js'

type Call = (producer: Producer) => Promise<unknown>

const message = { value: 'a', partition: 0 }

const oneMessage = (wrong: unknown): Call => {
  return (producer) => producer.send({ topic: 't', messages: [wrong as Message] })
}

const sent = (record: object): Call => {
  return (producer) => producer.send({ topic: 't', messages: [message], ...record })
}

test.each<[what: string, call: Call]>([
  ['a topic that is missing', sent({ topic: undefined })],
  ['an empty topic', sent({ topic: '' })],
  ['a topic with a name that Kafka refuses', sent({ topic: 'no pe/' })],
  ['a topic that does not exist', sent({ topic: 'nope' })],
  ['messages that are missing', sent({ messages: undefined })],
  ['messages that are null', sent({ messages: null })],
  ['messages that are no list', sent({ messages: 'abc' })],
  ['a message without a value', oneMessage({ key: 'k', partition: 0 })],
  ['a message that is null', oneMessage(null)],
  ['a key that is a number', oneMessage({ ...message, key: 5 })],
  ['a value that is a number', oneMessage({ ...message, value: 7 })],
  ['a value that is an object', oneMessage({ ...message, value: { a: 1 } })],
  ['a header that is a number', oneMessage({ ...message, headers: { a: 5 } })],
  ['a header that is an object', oneMessage({ ...message, headers: { a: { b: 1 } } })],
  ['a timestamp that is no number', oneMessage({ ...message, timestamp: 'abc' })],
  ['acks that Kafka does not know', sent({ acks: 5 })],
  ['a call without an argument', (producer) => producer.send(undefined as never)],
  ['topicMessages without a topic', (p) => p.sendBatch({ topicMessages: [{} as never] })],
  ['a transaction without an id', (producer) => producer.transaction()],
  ['an event that does not exist', async (p) => p.on('producer.crash' as never, () => {})],
])('%s is the same error as of kafkajs', async (_, call) => {
  const { kafkajs, ours } = await sideBySide((producer) => outcomeOf(() => call(producer)))
  expect(kafkajs).toHaveProperty('name')
  expect(ours).toEqual(kafkajs)
})

test.each([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_TIMESTAMP',
  'INVALID_RECORD',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'REQUEST_TIMED_OUT',
  'KAFKA_STORAGE_ERROR',
  'CORRUPT_MESSAGE',
  'UNKNOWN_SERVER_ERROR',
] as const)('a broker that answers %s for ever ends in the same error', async (code) => {
  const { kafkajs, ours } = await sideBySide(async (producer, cluster) => {
    await producer.send({ topic: 't', messages: [message] })
    cluster.intercept('Produce', produceError(code))
    return outcomeOf(() => producer.send({ topic: 't', messages: [message] }))
  })
  expect(kafkajs).toHaveProperty('name')
  expect(ours).toEqual(kafkajs)
})

test('connections that are always closed end in the class of kafkajs, with the broker', async () => {
  const { kafkajs, ours } = await sideBySide(async (producer, cluster) => {
    await producer.send({ topic: 't', messages: [message] })
    cluster.intercept('Produce', (call) => call.close())
    return outcomeOf(() => producer.send({ topic: 't', messages: [message] }))
  })
  expect(kafkajs).toMatchObject({ cause: { class: 'KafkaJSConnectionClosedError' } })
  expect(ours).toEqual(kafkajs)
})

test('a compression without a codec is KafkaJSNotImplemented or a TypeError, before anything is sent', async () => {
  await alone('ours', async (producer, cluster) => {
    const compression = 9 as CompressionTypes
    await expect(
      producer.send({ topic: 't', compression, messages: [message] }),
    ).rejects.toBeInstanceOf(TypeError)
    expect(cluster.records('t')).toEqual([])
  })
})

test('a partition that does not exist is refused, which kafkajs drops without a word', async () => {
  const wrong = { topic: 't', messages: [message, { value: 'b', partition: 9 }] }
  const { kafkajs, ours } = await sideBySide(async (producer, cluster) => {
    const outcome = await outcomeOf(() => producer.send(wrong))
    return { outcome, records: cluster.records('t').length }
  })
  expect(kafkajs).toMatchObject({ outcome: [{ partition: 0 }], records: 1 })
  expect(ours).toMatchObject({ outcome: { name: 'KafkaJSNonRetriableError' }, records: 0 })
})

test('a call with one topic that does not exist writes nothing of the others, so that it can be made again', async () => {
  await alone('ours', async (producer, cluster) => {
    const topicMessages = ['t', 'nope'].map((topic) => ({ topic, messages: [message] }))
    await expect(producer.sendBatch({ topicMessages })).rejects.toMatchObject({
      name: 'KafkaJSNumberOfRetriesExceeded',
      cause: { type: 'UNKNOWN_TOPIC_OR_PARTITION' },
    })
    expect(cluster.records('t')).toEqual([])
  })
})

test('where a part of a call fails, the error says what is in the log and what is not', async () => {
  await alone('ours', async (producer, cluster) => {
    cluster.intercept('Produce', produceError('MESSAGE_TOO_LARGE', { topic: 't', partition: 1 }))
    const messages = [0, 1, 2].map((partition) => ({ value: 'a', partition }))
    const error: unknown = await producer.send({ topic: 't', messages }).catch((e: unknown) => e)
    expect(error).toMatchObject({
      name: 'KafkaJSProtocolError',
      type: 'MESSAGE_TOO_LARGE',
      results: [
        { topicName: 't', partition: 0, baseOffset: '0' },
        { topicName: 't', partition: 2, baseOffset: '0' },
      ],
      errors: [{ topicName: 't', partition: 1, error: { type: 'MESSAGE_TOO_LARGE' } }],
    })
  })
})
