import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import { expect, test } from 'vitest'
import { ServerEvents } from '../page/event-source.js'
import { inspectProducer } from '../src/index.js'
import type { Snapshot } from '../src/model/snapshot.js'

test.each([false, true])(
  'shows a producer with senderThread %s, and nothing of its records',
  async (senderThread) => {
    await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 3 } } })
    const { bootstrapServers } = cluster
    await using producer = createProducer({ bootstrapServers, senderThread })
    await using inspector = await inspectProducer(producer, { port: 0 })
    const { body } = await fetch(new URL('events', inspector.url))
    const events = new ServerEvents()
    let all = ''
    for await (const text of body!.pipeThrough(new TextDecoderStream())) {
      all += text
      const record = { topic: 'orders', key: 'secret-key', value: 'secret-value' }
      await producer.send({ ...record, headers: { 'secret-name': 'secret-header' } })
      if (events.take(text).some(({ data }) => isWhole(JSON.parse(data)))) break
    }
    expect(all).toContain('"acknowledged":')
    expect(all).not.toContain('secret')
  },
)

/** What figures and channels tell is all there. */
function isWhole({ brokers, latency, records, events }: Snapshot): boolean {
  return (
    records.acknowledged > 1 &&
    latency.buckets.some((value) => value > 0) &&
    brokers.some(({ connection, isConnected }) => isConnected && connection !== null) &&
    events.some(({ kind }) => kind === 'connection')
  )
}
