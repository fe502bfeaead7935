import { Worker } from 'node:worker_threads'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test, vi } from 'vitest'
import { eventually } from '../../../../test/eventually.js'
import { createProducer } from '../../src/index.js'
import type { FromThread } from '../../src/sending-half/thread/thread-messages.js'
import { messagesOf } from './listeners.js'

/** The types of all that sender's threads say from now on. */
function saidByThreads(): Set<string> {
  const said = new Set<string>()
  const emit = Worker.prototype.emit
  vi.spyOn(Worker.prototype, 'emit').mockImplementation(function (this: Worker, ...args) {
    const [event, messages] = args as [string, FromThread[]]
    if (event === 'message') for (const { type } of messages) said.add(type)
    return emit.apply(this, args)
  })
  return said
}

test("a sender's thread says nothing of what happens while nobody listens, also when metrics and status are read", async () => {
  await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 3 } } })
  const said = saidByThreads()
  const { bootstrapServers } = cluster
  await using producer = createProducer({ senderThread: true, bootstrapServers })
  const sendAll = (): Promise<unknown> =>
    Promise.all(
      [0, 1, 2].map((partition) => producer.send({ topic: 'orders', partition, value: 'v' })),
    )
  await sendAll()
  expect(producer.metrics().recordAckTotal).toBe(3)
  expect(producer.status().connectedBrokers).toHaveLength(1)
  const quiet = [...said]
  const { messages } = messagesOf('sluice:batch')
  await sendAll()
  await eventually(() => expect(messages).toHaveLength(3))
  expect(quiet).not.toContain('event')
  expect(said).toContain('event')
})
