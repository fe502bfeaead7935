import type { AccumulatorQueue, TopicSnapshot } from '@sluice/accumulator'
import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { MetadataRelay } from '../src/topics/metadata-feed.js'
import { TopicIncarnations } from '../src/topics/topic-ids.js'
import { FakeNetwork } from './fake-network.js'

/** A relay with what it wants, what it is told and what it tells. */
function setUp() {
  const network = new FakeNetwork()
  const wanted: string[] = []
  const published: { topics: string[]; failure: string | null }[] = []
  const queue = {
    takeWantedTopics: () => wanted.splice(0),
    publish: (topics: readonly TopicSnapshot[], failure: KafkaError | null) =>
      void published.push({
        topics: topics.map(({ name, error }) => (error === null ? name : `${name}: ${error}`)),
        failure: failure?.code ?? null,
      }),
  } as Partial<AccumulatorQueue> as AccumulatorQueue
  const relay = new MetadataRelay(queue, network, new TopicIncarnations(network.metadata))
  relay.run()
  published.length = 0
  return { relay, network, wanted, published }
}

const leader = { node: 1, epoch: 0 }

test('a topic the front wants is asked for, and told once it is known', () => {
  const { relay, network, wanted, published } = setUp()
  wanted.push('orders')
  relay.run()
  expect(network.metadata.wanted).toEqual(['orders'])
  network.metadata.setTopic('orders', [leader])
  relay.run()
  expect(published.at(-1)).toEqual({ topics: ['orders'], failure: null })
})

test('a topic that is known already is told at once', () => {
  const { relay, network, wanted, published } = setUp()
  network.metadata.setTopic('orders', [leader])
  wanted.push('orders')
  relay.run()
  expect(published).toEqual([{ topics: ['orders'], failure: null }])
})

test('only what has changed is told again, and only of topics the front wants', () => {
  const { relay, network, wanted, published } = setUp()
  for (const topic of ['orders', 'invoices']) network.metadata.setTopic(topic, [leader])
  wanted.push('orders')
  relay.run()
  published.length = 0
  relay.run()
  expect(published).toEqual([])
  network.metadata.setTopic('invoices', [leader, leader])
  relay.run()
  expect(published.flatMap(({ topics }) => topics)).toEqual([])
  network.metadata.setTopic('orders', [leader, leader])
  relay.run()
  expect(published.at(-1)!.topics).toEqual(['orders'])
})

test('a topic that has vanished is not told anew, its last picture stands', () => {
  const { relay, network, wanted, published } = setUp()
  network.metadata.setTopic('orders', [leader])
  wanted.push('orders')
  relay.run()
  published.length = 0
  network.metadata.forget('orders')
  relay.run()
  expect(published.flatMap(({ topics }) => topics)).toEqual([])
})

test('the front hears why there is no newer metadata, and that there is again', () => {
  const { relay, network, published } = setUp()
  network.metadata.lastError = new KafkaError('CONNECTION_FAILED')
  relay.run()
  relay.run()
  network.metadata.lastError = null
  relay.run()
  expect(published.map(({ failure }) => failure)).toEqual(['CONNECTION_FAILED', null])
})

test('it is idle until the first topic is wanted', () => {
  const { relay, wanted } = setUp()
  expect(relay.idle).toBe(true)
  wanted.push('orders')
  relay.run()
  expect(relay.idle).toBe(false)
})

test('a cluster that lets nobody in refuses each topic that is not known, until it does', () => {
  const { relay, network, wanted, published } = setUp()
  network.metadata.setTopic('known', [leader])
  wanted.push('orders', 'known')
  network.metadata.lastError = new KafkaError('SASL_AUTHENTICATION_FAILED')
  relay.run()
  const refused = 'orders: SASL_AUTHENTICATION_FAILED'
  expect(published.at(-1)!.topics).toEqual([refused, 'known'])
  network.metadata.lastError = new KafkaError('SASL_AUTHENTICATION_FAILED')
  wanted.push('orders')
  relay.run()
  expect(published.at(-1)!.topics).toEqual([refused])
  network.metadata.lastError = new KafkaError('CONNECTION_FAILED')
  relay.run()
  expect(published.at(-1)!.topics).toEqual(['orders'])
  network.metadata.lastError = null
  relay.run()
  expect(published.at(-1)!.topics).toEqual([])
})

test('what ails one topic refuses no other', () => {
  const { relay, network, wanted, published } = setUp()
  wanted.push('orders')
  network.metadata.lastError = new KafkaError('INVALID_TOPIC_EXCEPTION', 'x', { topic: 'invoices' })
  relay.run()
  expect(published.at(-1)!.topics).toEqual([])
})
