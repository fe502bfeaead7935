import { MessageChannel } from 'node:worker_threads'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { gzip } from '@sluice/protocol/gzip'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeRuntime, type Producer, type SendingHalf } from '../src/compose.js'
import { composed } from './composed.js'

type Distance = (sendingHalf: SendingHalf) => SendingHalf

/** The front and the sending half share nothing: each message is cloned as on its way to another thread, and may come later. */
const distances: [string, Distance][] = [
  [
    'at once',
    (half) => ({
      ...half,
      start: (toFront) => half.start((message) => toFront(structuredClone(message))),
      receive: (message) => half.receive(structuredClone(message)),
    }),
  ],
  [
    'a turn later',
    (half) => ({
      ...half,
      start: (toFront) =>
        half.start((message) => void setImmediate(toFront, structuredClone(message))),
      receive: (message) => void setImmediate(half.receive, structuredClone(message)),
    }),
  ],
  ['through a message port', behindAPort],
]

/** What a worker will be: of its sending half only the port is on the caller's side. */
function behindAPort(half: SendingHalf): SendingHalf {
  const { port1: near, port2: far } = new MessageChannel()
  return {
    start(toFront) {
      near.on('message', toFront)
      far.on('message', half.receive)
      half.start((message) => far.postMessage(message))
    },
    receive: (message) => near.postMessage(message),
    connect: half.connect,
    async close() {
      await half.close()
      near.close()
    },
  }
}

let cluster: EmbeddedCluster
let topics = 0

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ brokers: 3, defaultPartitions: 12 })
})
afterAll(() => cluster.close())

function compose(sendingHalf: Distance, compression?: ReturnType<typeof gzip>): Producer {
  const { bootstrapServers } = cluster
  const options = { bootstrapServers, batchBytes: 4_096, ...(compression && { compression }) }
  return composed(options, nodeRuntime(), { sendingHalf })
}

test.each(distances)(
  'the whole slice works with every message between front and sending half cloned, %s',
  async (_, distance) => {
    const topic = `slice-${topics++}`
    const producer = compose(distance)
    const sends = Array.from({ length: 2_000 }, (_unused, i) =>
      producer.send({
        topic,
        ...(i % 3 > 0 && { key: `k${i % 40}` }),
        value: `value ${i}`,
        headers: { n: String(i) },
      }),
    )
    const results = await Promise.all(sends)
    await producer.close()
    const read = new Map(cluster.records(topic).map((r) => [`${r.partition}/${r.offset}`, r]))
    expect(read.size).toBe(2_000)
    for (const [i, { partition, offset }] of results.entries()) {
      const record = read.get(`${partition}/${offset}`)
      expect([String(record?.value), String(record?.headers[0]?.[1])]).toEqual([
        `value ${i}`,
        String(i),
      ])
    }
  },
)

test.each(distances)(
  'errors keep code, message and persisted when the messages that tell of them are cloned, %s',
  async (_, distance) => {
    const producer = compose(distance, {
      ...gzip(),
      compress: () => Promise.reject(new Error('no more memory')),
    })
    const failure = await producer
      .send({ topic: `slice-${topics++}`, value: 'x' })
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({
      name: 'KafkaError',
      code: 'CODEC_FAILED',
      persisted: 'no',
      cause: { message: 'no more memory' },
    })
    await producer.close()
  },
)
