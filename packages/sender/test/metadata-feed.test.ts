import type { AccumulatorQueue, TopicSnapshot } from '@sluice/accumulator'
import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { TopicMetadataFeed } from '../src/topics/metadata-feed.js'
import { TopicIds } from '../src/topics/topic-ids.js'
import { ScriptedNetworkClient } from './scripted-network-client.js'

/** A feed with the topics that the front wants, what the front is told, and what the sender is. */
function setUp({ watched = true } = {}) {
  const network = new ScriptedNetworkClient()
  if (!watched) Object.assign(network.metadata, { watch: undefined })
  const wanted: string[] = []
  const published: { topics: string[]; failure: string | null }[] = []
  const order: string[] = []
  const queue = {
    takeWantedTopics: () => wanted.splice(0),
    publish: (topics: readonly TopicSnapshot[], failure: KafkaError | null) => {
      order.push('front')
      published.push({
        topics: topics.map(({ name, error }) => (error === null ? name : `${name}: ${error}`)),
        failure: failure?.code ?? null,
      })
    },
  } as Partial<AccumulatorQueue> as AccumulatorQueue
  const told: string[] = []
  const feed = new TopicMetadataFeed(queue, network, new TopicIds(), {
    recreated: (topic) => {
      order.push('sender')
      told.push(`recreated ${topic}`)
    },
    gone: (topic) => told.push(`gone ${topic}`) > 0,
  })
  feed.run(0)
  published.length = 0
  order.length = 0
  return { feed, network, wanted, published, told, order }
}

const leader = { node: 1, epoch: 0 }

test('a topic the front wants is asked for, and told once it is known', () => {
  const { feed, network, wanted, published } = setUp()
  wanted.push('orders')
  feed.run(0)
  expect(network.metadata.wanted).toEqual(['orders'])
  network.metadata.setTopic('orders', [leader])
  feed.run(0)
  expect(published.at(-1)).toEqual({ topics: ['orders'], failure: null })
})

test('a topic that is known already is told at once', () => {
  const { feed, network, wanted, published } = setUp()
  network.metadata.setTopic('orders', [leader])
  wanted.push('orders')
  feed.run(0)
  expect(published).toEqual([{ topics: ['orders'], failure: null }])
})

test('only what has changed is told again, and only of topics the front wants', () => {
  const { feed, network, wanted, published } = setUp()
  for (const topic of ['orders', 'invoices']) network.metadata.setTopic(topic, [leader])
  wanted.push('orders')
  feed.run(0)
  published.length = 0
  feed.run(0)
  expect(published).toEqual([])
  network.metadata.setTopic('invoices', [leader, leader])
  feed.run(0)
  expect(published.flatMap(({ topics }) => topics)).toEqual([])
  network.metadata.setTopic('orders', [leader, leader])
  feed.run(0)
  expect(published.at(-1)!.topics).toEqual(['orders'])
})

test('only the topic that has changed is told again, also where the metadata tells only that something has', () => {
  const { feed, network, wanted, published } = setUp({ watched: false })
  const topics = ['orders', 'invoices', 'payments']
  for (const topic of topics) network.metadata.setTopic(topic, [leader])
  wanted.push(...topics)
  feed.run(0)
  expect(published.at(-1)!.topics).toEqual(topics)
  network.metadata.setTopic('invoices', [leader, leader])
  feed.run(0)
  expect(published.at(-1)!.topics).toEqual(['invoices'])
})

test('a topic that has vanished is not told anew, its last picture stands', () => {
  const { feed, network, wanted, published } = setUp()
  network.metadata.setTopic('orders', [leader])
  wanted.push('orders')
  feed.run(0)
  published.length = 0
  network.metadata.forget('orders')
  feed.run(0)
  expect(published.flatMap(({ topics }) => topics)).toEqual([])
})

test('the front hears why there is no newer metadata, and that there is again', () => {
  const { feed, network, published } = setUp()
  network.metadata.lastError = new KafkaError('CONNECTION_FAILED')
  feed.run(0)
  feed.run(0)
  network.metadata.lastError = null
  feed.run(0)
  expect(published.map(({ failure }) => failure)).toEqual(['CONNECTION_FAILED', null])
})

test('the feed of metadata is idle until the first topic is wanted', () => {
  const { feed, wanted } = setUp()
  expect(feed.idle).toBe(true)
  wanted.push('orders')
  feed.run(0)
  expect(feed.idle).toBe(false)
})

test('a cluster that lets nobody in refuses each topic that is not known, until it does', () => {
  const { feed, network, wanted, published } = setUp()
  network.metadata.setTopic('known', [leader])
  wanted.push('orders', 'known')
  network.metadata.lastError = new KafkaError('SASL_AUTHENTICATION_FAILED')
  feed.run(0)
  const refused = 'orders: SASL_AUTHENTICATION_FAILED'
  expect(published.at(-1)!.topics).toEqual([refused, 'known'])
  network.metadata.lastError = new KafkaError('SASL_AUTHENTICATION_FAILED')
  wanted.push('orders')
  feed.run(0)
  expect(published.at(-1)!.topics).toEqual([refused])
  network.metadata.lastError = new KafkaError('CONNECTION_FAILED')
  feed.run(0)
  expect(published.at(-1)!.topics).toEqual(['orders'])
  network.metadata.lastError = null
  feed.run(0)
  expect(published.at(-1)!.topics).toEqual([])
})

test('a topic that is wanted again in the moment in which the cluster lets this client in is not refused any more', () => {
  const { feed, network, wanted, published } = setUp()
  wanted.push('orders')
  network.metadata.lastError = new KafkaError('SASL_AUTHENTICATION_FAILED')
  feed.run(0)
  wanted.push('orders')
  network.metadata.lastError = null
  feed.run(0)
  expect([published.at(-1)!.topics, feed.isRefused('orders')]).toEqual([['orders'], false])
})

test('an error of one topic refuses no other topic', () => {
  const { feed, network, wanted, published } = setUp()
  wanted.push('orders')
  network.metadata.lastError = new KafkaError('INVALID_TOPIC_EXCEPTION', 'x', { topic: 'invoices' })
  feed.run(0)
  expect(published.at(-1)!.topics).toEqual([])
})

test('a topic that was created again is told once, and not when a broker that lags behind names a former id', () => {
  const { feed, network, wanted, told } = setUp()
  wanted.push('orders')
  for (const id of ['a', 'b', 'a', 'b']) {
    network.metadata.setTopic('orders', [leader], `00000000-0000-4000-8000-00000000000${id}`)
    feed.run(0)
  }
  expect(told).toEqual(['recreated orders'])
})

test('the front hears of a topic that was created again before the sender does', () => {
  const { feed, network, wanted, order } = setUp()
  wanted.push('orders')
  for (const id of ['a', 'b']) {
    network.metadata.setTopic('orders', [leader], `00000000-0000-4000-8000-00000000000${id}`)
    feed.run(0)
  }
  expect(order).toEqual(['front', 'front', 'sender'])
})

test('a topic is gone when the metadata has lacked it for a minute, not before, and not when it came back', () => {
  const { feed, network, wanted, told } = setUp()
  const runAt = (ms: number): void => {
    // Any change of the metadata.
    network.metadata.setTopic('invoices', [leader])
    feed.run(ms)
  }
  wanted.push('orders')
  network.metadata.setTopic('orders', [leader])
  feed.run(0)
  network.metadata.forget('orders')
  for (const ms of [0, 59_999]) runAt(ms)
  network.metadata.setTopic('orders', [leader])
  runAt(60_000)
  network.metadata.forget('orders')
  for (const ms of [70_000, 129_999]) runAt(ms)
  expect(told).toEqual([])
  runAt(130_000)
  expect(told).toEqual(['gone orders'])
})
