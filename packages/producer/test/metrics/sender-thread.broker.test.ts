import { setTimeout as pause } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import type { CompressionCodec } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { createProducer, type ProducerMetrics } from '../../src/index.js'
import {
  measuresBytes,
  SendingMeasures,
  total,
} from '../../src/metrics/measures/sending-measures.js'
import { SentMarks } from '../../src/sending-half/thread/sent-marks.js'
import type { FromThread } from '../../src/sending-half/thread/thread-messages.js'
import { runThread } from '../../src/sending-half/thread/worker/run-thread.js'

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(2)
}

/** What does not depend on times, and not on how records were divided into batches. */
function countsOf(metrics: ProducerMetrics): object {
  const { recordSendTotal, recordAckTotal, recordErrors, recordRetryTotal, recordsPending } =
    metrics
  const { connectionCount, connectionFailureTotal, requestErrorTotal, requestsInFlight } = metrics
  const { recordSizeAvg, topics, brokers } = metrics
  const records = {
    recordSendTotal,
    recordAckTotal,
    recordErrors,
    recordRetryTotal,
    recordsPending,
  }
  const requests = { connectionCount, connectionFailureTotal, requestErrorTotal, requestsInFlight }
  return { ...records, ...requests, recordSizeAvg, topics, brokers: Object.keys(brokers) }
}

test('a producer tells the same figures with a sender’s thread and without', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 3 } } })
  const { bootstrapServers } = cluster
  const told: object[] = []
  for (const senderThread of [false, true]) {
    await using producer = createProducer({ bootstrapServers, senderThread })
    for (let i = 0; i < 5; i++) await producer.send({ topic: 't', partition: i % 3, value: 'v' })
    await producer.send({ topic: 't', partition: 9, value: 'v' }).catch(() => {})
    const metrics = producer.metrics()
    told.push(countsOf(metrics))
    for (const name of ['requestLatencyAvg', 'recordQueueTimeP99', 'batchSizeMax', 'metadataAgeMs'])
      expect(metrics).toHaveProperty(name)
  }
  expect(told[1]).toEqual(told[0])
})

test('a thread says nothing for the figures of its requests and connections: they are read where it writes them', async () => {
  await using cluster = await createEmbeddedCluster()
  const { port1, port2 } = new MessageChannel()
  const reader = new SendingMeasures(new SharedArrayBuffer(measuresBytes))
  const plain = { metadataMaxAgeMs: 20, connectionsMaxIdleMs: 60_000 }
  const said: string[] = []
  port2.on('message', (messages: FromThread[]) => said.push(...messages.map(({ type }) => type)))
  runThread(port1, {
    options: { plain, bootstrapServers: cluster.bootstrapServers },
    marks: new SentMarks().memory,
    measures: reader.memory,
    hasLogger: false,
    observed: ['retry'],
  })
  const call = (id: number, name: string): void =>
    port2.postMessage([{ type: 'call', id, name, argument: null }])
  call(1, 'connect')
  await until(() => said.includes('answer'))
  const [broker] = cluster.brokers
  const before = broker!.requestCount('Metadata')
  await until(() => broker!.requestCount('Metadata') >= before + 5)
  expect(reader.totals[total.requestTotal]).toBeGreaterThan(5)
  expect(reader.totals[total.connectedBrokers]).toBe(1)
  call(2, 'close')
  await until(() => said.filter((type) => type === 'answer').length === 2)
  expect(reader.totals[total.connectedBrokers]).toBe(0)
  expect(said).not.toContain('event')
  port2.close()
})

test('totals outlive a thread that dies, and what it had connected does not', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const url = new URL('../fixtures/deadly-codec.mjs', import.meta.url)
  const { deadlyCodec } = (await import(url.href)) as {
    deadlyCodec(options: object): CompressionCodec
  }
  const deaths = new Int32Array(new SharedArrayBuffer(4)).fill(1)
  await using producer = createProducer({
    senderThread: true,
    bootstrapServers: cluster.bootstrapServers,
    compression: deadlyCodec({ how: 'exit', at: 2, deaths }),
  })
  const send = (): Promise<unknown> => producer.send({ topic: 't', value: 'v' })
  await send()
  const { requestTotal } = producer.metrics()
  await expect(send()).rejects.toThrow('SENDER_THREAD_DIED')
  expect(producer.metrics()).toMatchObject({
    requestTotal,
    connectionCount: 0,
    requestsInFlight: 0,
    recordSendTotal: 2,
    recordErrors: { SENDER_THREAD_DIED: 1 },
  })
  await send()
  const metrics = producer.metrics()
  expect(metrics).toMatchObject({ connectionCount: 1, recordAckTotal: 2, recordSendTotal: 3 })
  expect(metrics.requestTotal).toBeGreaterThan(requestTotal)
  expect(metrics.topics['t']).toMatchObject({ recordAckTotal: 2, recordErrorTotal: 1 })
})
