import { getEventListeners } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import type { KafkaError } from '@sluice/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'

let cluster: EmbeddedCluster
let opened: Producer
let topics = 0
const problems: unknown[] = []
const listener = (problem: unknown): void => void problems.push(problem)

beforeAll(async () => {
  process.on('unhandledRejection', listener)
  process.on('warning', listener)
  cluster = await createEmbeddedCluster({ defaultPartitions: 3 })
})
afterAll(async () => {
  process.off('unhandledRejection', listener)
  process.off('warning', listener)
  await cluster.close()
})
afterEach(async () => {
  await opened.close({ timeoutMs: 0 })
  await turn()
  expect(problems).toEqual([])
})

function open(options: Partial<ProducerOptions> = {}): { producer: Producer; topic: string } {
  opened = createProducer({ ...threadMode, bootstrapServers: cluster.bootstrapServers, ...options })
  return { producer: opened, topic: `signal-${topics++}` }
}

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

const outcomesOf = (sends: Promise<unknown>[]): Promise<unknown[]> =>
  Promise.all(
    sends.map((sent) =>
      sent.then(
        () => 'sent',
        (error: KafkaError) => `${error.code} ${error.persisted}`,
      ),
    ),
  )

describe('one signal for many sends', () => {
  test('costs one listener, no warning, and nothing once they have settled', async () => {
    const { producer, topic } = open()
    const { signal } = new AbortController()
    const sends = Array.from({ length: 10_000 }, (_, i) =>
      producer.send({ topic, value: `${i}` }, { signal }),
    )
    sends.push(...(await producer.sendMany([{ topic, value: '' }], { signal })).map(async (m) => m))
    expect(listenersOf(signal)).toBeLessThanOrEqual(1)
    await Promise.all(sends)
    expect(listenersOf(signal)).toBe(0)
  })

  test('tells the truth of records that were refused before it was aborted', async () => {
    const { producer, topic } = open({ maxRequestBytes: 5_000, batchBytes: 4_096 })
    const controller = new AbortController()
    const record = { topic, value: 'x'.repeat(6_000) }
    const sends = [
      producer.send(record, { signal: controller.signal }),
      producer.sendMany([record, record], { signal: controller.signal }),
    ]
    controller.abort()
    expect(await outcomesOf(sends)).toEqual(['ABORTED no', 'ABORTED no'])
  })

  test('takes out all its records that wait for metadata, and no record behind them', async () => {
    const { producer, topic } = open()
    const controller = new AbortController()
    const { signal } = controller
    const sends = ['a', 'b', 'c', 'd'].map((value, i) =>
      producer.send({ topic, partition: 0, value }, i % 2 === 0 ? { signal } : {}),
    )
    controller.abort()
    expect(await outcomesOf(sends)).toEqual(['ABORTED no', 'sent', 'ABORTED no', 'sent'])
    expect(cluster.records(topic).map(({ value }) => String(value))).toEqual(['b', 'd'])
  })

  test('takes out all its records that wait for memory: none moves up while the others leave', async () => {
    const { producer, topic } = open({ bufferBytes: 65_536, batchBytes: 16_384, lingerMs: 5_000 })
    await producer.partitionsFor(topic)
    const controller = new AbortController()
    const { signal } = controller
    const large = 'x'.repeat(40_000)
    const first = producer.send({ topic, partition: 0, value: large })
    const sends = [large, 'small', 'small'].map((value) =>
      producer.send({ topic, partition: 0, value }, { signal }),
    )
    const many = producer.sendMany(
      ['y', 'z'].map((value) => ({ topic, partition: 1, value })),
      { signal },
    )
    controller.abort()
    expect(await outcomesOf([...sends, many])).toEqual(
      Array.from({ length: 4 }, () => 'ABORTED no'),
    )
    await producer.flush()
    await first
    expect(cluster.records(topic)).toHaveLength(1)
  })
})

test('a sendMany that waits for memory leaves with all its records', async () => {
  const { producer, topic } = open({ bufferBytes: 65_536, batchBytes: 16_384, lingerMs: 5_000 })
  await producer.partitionsFor(topic)
  const controller = new AbortController()
  const { signal } = controller
  const large = 'x'.repeat(40_000)
  const first = producer.send({ topic, partition: 0, value: large })
  const records = [large, 'small', 'small'].map((value) => ({ topic, partition: 0, value }))
  const many = producer.sendMany(records, { signal })
  controller.abort()
  expect(await outcomesOf([many])).toEqual(['ABORTED no'])
  await producer.flush()
  await first
  expect(cluster.records(topic)).toHaveLength(1)
})

describe('an AbortSignal', () => {
  test('ends every call before the record is read when it is aborted already', async () => {
    const { producer, topic } = open()
    const signal = AbortSignal.abort('why')
    const record = { topic, value: 'never' }
    const ended = { code: 'ABORTED', name: 'AbortError', cause: 'why' }
    await expect(producer.send(record, { signal })).rejects.toMatchObject(ended)
    await expect(producer.sendMany([record], { signal })).rejects.toMatchObject(ended)
    await expect(producer.flush({ signal })).rejects.toMatchObject(ended)
    await expect(producer.connect({ signal })).rejects.toMatchObject(ended)
    await producer.flush()
    expect(cluster.records(topic)).toEqual([])
    expect(listenersOf(signal)).toBe(0)
  })

  test('ends the call when it aborts during the call', async () => {
    const controller = new AbortController()
    const { producer, topic } = open({
      partitioner: {
        forTopic: () => ({
          partition: () => {
            controller.abort()
            return 0
          },
        }),
      },
    })
    await producer.partitionsFor(topic)
    const sent = producer.send({ topic, value: 'a' }, { signal: controller.signal })
    await expect(sent).rejects.toMatchObject({ code: 'ABORTED', persisted: 'possibly' })
    await producer.flush()
    expect(cluster.records(topic)).toHaveLength(1)
  })

  test('changes nothing when it aborts after the record has settled', async () => {
    const { producer, topic } = open()
    const controller = new AbortController()
    const metadata = await producer.send({ topic, value: 'a' }, { signal: controller.signal })
    controller.abort()
    await turn()
    expect(metadata).toMatchObject({ offset: 0n })
  })

  test('ends a flush while the records go on', async () => {
    const { producer, topic } = open({ lingerMs: 50 })
    const sent = producer.send({ topic, value: 'a' })
    const controller = new AbortController()
    const flushed = producer.flush({ signal: controller.signal })
    controller.abort()
    await expect(flushed).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(sent).resolves.toMatchObject({ offset: 0n })
  })

  test('may be null, and anything else in its place is refused before the record is taken', async () => {
    const { producer, topic } = open()
    await producer.send({ topic, value: 'a' }, { signal: null as never })
    await producer.flush({ signal: null as never })
    await producer.send({ topic, value: 'b' }, null as never)
    for (const signal of [{}, 'abort', new AbortController()]) {
      const options = { signal: signal as AbortSignal }
      await expect(producer.send({ topic, value: 'c' }, options)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      })
    }
    await producer.flush()
    expect(cluster.records(topic)).toHaveLength(2)
  })
})
