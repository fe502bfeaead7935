import { type AccumulatorLink, createAccumulator } from '@sluice/accumulator'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { createNetworkClient, tcpTransport } from '@sluice/network'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import { gzip } from '@sluice/protocol/gzip'
import { createSender } from '@sluice/sender'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { composeProducer, nodeRuntime, type Producer } from '../src/compose.js'

/** The halves share nothing: each message is cloned as on its way to another thread, and may come a turn later. */
const links: [string, AccumulatorLink][] = [
  [
    'at once',
    {
      toQueue: (message, deliver) => deliver(structuredClone(message)),
      toFront: (message, deliver) => deliver(structuredClone(message)),
    },
  ],
  [
    'a turn later',
    {
      toQueue: (message, deliver) => void setImmediate(deliver, structuredClone(message)),
      toFront: (message, deliver) => void setImmediate(deliver, structuredClone(message)),
    },
  ],
]

let cluster: EmbeddedCluster
let topics = 0

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ brokers: 3, defaultPartitions: 12 })
})
afterAll(() => cluster.close())

function compose(link: AccumulatorLink, compression?: ReturnType<typeof gzip>): Producer {
  const runtime = nodeRuntime()
  const options = { runtime, batchBytes: 4_096, maxRequestBytes: 1_048_576 }
  const accumulator = createAccumulator({ ...options, link, ...(compression && { compression }) })
  const network = createNetworkClient({
    bootstrapServers: cluster.bootstrapServers,
    transport: tcpTransport(),
    runtime,
  })
  return composeProducer(
    {
      partitioner: uniformStickyPartitioner(),
      accumulator,
      sender: createSender(options),
      network,
    },
    options,
  )
}

test.each(links)(
  'the whole slice works with every message between the halves cloned, %s',
  async (_, link) => {
    const topic = `slice-${topics++}`
    const producer = compose(link)
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

test.each(links)(
  'errors keep code, message and persisted when they are cloned, %s',
  async (_, link) => {
    const producer = compose(link, {
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
