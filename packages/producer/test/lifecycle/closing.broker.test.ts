import { setImmediate as turn } from 'node:timers/promises'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import type { KafkaError } from '@sluice/protocol'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'
import { silentServer } from '../fixtures/silent-server.js'
import { threadMode } from '../sender-thread-mode.js'

let server: Awaited<ReturnType<typeof silentServer>>

beforeAll(async () => {
  server = await silentServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const waiting = (options: Partial<ProducerOptions> = {}): Producer =>
  createProducer({ ...threadMode, bootstrapServers: server.address, ...options })

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: KafkaError) => error.code,
  )

describe('the close of a producer ends', () => {
  test('pending sends, flushes, connects and look-ups', async () => {
    const producer = waiting()
    const pending = [
      producer.send({ topic: 't', value: '' }),
      producer.sendMany([{ topic: 't', value: '' }]),
      producer.flush(),
      producer.connect(),
      producer.partitionsFor('t'),
    ].map(codeOf)
    const told: unknown[] = []
    producer.enqueue({ topic: 't', value: '' }, (error) => told.push(error?.code))
    await producer.close({ timeoutMs: 20 })
    expect(await Promise.all(pending)).toEqual([
      'PRODUCER_CLOSED',
      'PARTIAL_FAILURE',
      'done',
      'PRODUCER_CLOSED',
      'PRODUCER_CLOSED',
    ])
    expect(told).toEqual(['PRODUCER_CLOSED'])
  })

  test('with timeoutMs 0 every send, sendMany and callback before it ends itself', async () => {
    const producer = waiting({ maxRequestBytes: 70_000 })
    const told: string[] = []
    const note = (what: string) => (): void => void told.push(what)
    const record = { topic: 't', value: '' }
    const later = async (): Promise<void> => {
      await producer.send(record, { signal: new AbortController().signal }).catch(note('send'))
    }
    void later()
    void producer.sendMany([record, record]).catch(note('sendMany'))
    producer.enqueue(record, note('callback'))
    producer.enqueue({ topic: 't', value: 'x'.repeat(80_000) }, note('refused'))
    const closed = producer.close({ timeoutMs: 0 }).then(note('close'))
    // The time-out of the close is over before the turn ends in which a refused record is told.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    await closed
    expect(told.at(-1)).toBe('close')
    expect(told.toSorted()).toEqual(['callback', 'close', 'refused', 'send', 'sendMany'])
  })

  test('every wait for drained(), while records wait and while they are in flight', async () => {
    const memory = { bufferBytes: 65_536, batchBytes: 16_384 }
    const record = { topic: 't', value: 'x'.repeat(5_000) }
    const full = waiting(memory)
    while (full.enqueue(record, () => {}));
    const drained = full.drained()
    await full.close({ timeoutMs: 0 })
    await drained

    await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
    const flying = createProducer({
      ...threadMode,
      bootstrapServers: cluster.bootstrapServers,
      ...memory,
    })
    await flying.partitionsFor('t')
    while (flying.enqueue(record, () => {}));
    const landed = flying.drained()
    await flying.close()
    await landed
    expect(cluster.records('t').length).toBeGreaterThan(3)
  })
})

describe('close', () => {
  test('refuses every later call but flush, drained and close', async () => {
    const producer = waiting()
    await producer.close()
    const record = { topic: 't', value: '' }
    const calls = [
      producer.send(record),
      producer.send(record, { signal: new AbortController().signal }),
      producer.sendMany([]),
      producer.connect(),
      producer.partitionsFor('t'),
    ]
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'PRODUCER_CLOSED' })
    expect(() => producer.enqueue(record)).toThrow(/PRODUCER_CLOSED/)
    await Promise.all([producer.flush(), producer.drained(), producer.close()])
  })

  test('ends sooner when it is called again with a shorter time-out, and not later with a longer one', async () => {
    const producer = waiting()
    const sent = codeOf(producer.send({ topic: 't', value: '' }))
    const begun = performance.now()
    const closes = [undefined, 60, 60_000].map((timeoutMs) =>
      producer.close(timeoutMs === undefined ? {} : { timeoutMs }),
    )
    await Promise.all(closes)
    // The other two would take 30 s and 60 s.
    expect(performance.now() - begun).toBeLessThan(30_000)
    expect(await sent).toBe('PRODUCER_CLOSED')
  })

  test.each([NaN, -1, '5', {}])('refuses %s as a time-out, and stays open', async (timeoutMs) => {
    const producer = waiting()
    await expect(producer.close({ timeoutMs: timeoutMs as number })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
    const sent = codeOf(producer.send({ topic: 't', value: '' }))
    await producer.close({ timeoutMs: 0 })
    expect(await sent).toBe('PRODUCER_CLOSED')
  })

  test('is made by a handler of a signal, which is called with the name of the signal', async () => {
    const producer = waiting()
    const close = producer.close.bind(producer) as (name: string, number: number) => Promise<void>
    await close('SIGTERM', 15)
    expect(await codeOf(producer.send({ topic: 't', value: '' }))).toBe('PRODUCER_CLOSED')
  })

  test('waits for the last record when its time-out is Infinity', async () => {
    await using cluster = await createEmbeddedCluster()
    const producer = createProducer({
      ...threadMode,
      bootstrapServers: cluster.bootstrapServers,
      lingerMs: 0,
    })
    const sent = producer.send({ topic: 't', value: '' })
    await producer.close({ timeoutMs: Infinity })
    await expect(sent).resolves.toMatchObject({ offset: 0n })
  })

  test('warns of the failures that were only counted', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const producer = waiting()
    for (const topic of ['a', 'b']) {
      producer.enqueue({ topic, value: 'x'.repeat(2_000_000) })
      await producer.flush()
      await turn()
    }
    expect(warned).toHaveBeenCalledTimes(1)
    await producer.close()
    expect(warned).toHaveBeenCalledTimes(2)
    warned.mockRestore()
  })

  test('takes undefined and null for options', async () => {
    await waiting().close(undefined)
    await waiting().close(null as never)
    await expect(waiting().close({ timeoutMs: undefined as never })).resolves.toBeUndefined()
  })
})

test('partitionsFor gives a copy: changing it changes nothing', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 2 } } })
  await using producer = createProducer({
    ...threadMode,
    bootstrapServers: cluster.bootstrapServers,
  })
  const partitions = await producer.partitionsFor('t')
  for (const partition of partitions) Object.assign(partition, { leader: null, partition: 9 })
  partitions.length = 0
  expect((await producer.partitionsFor('t')).map(({ leader }) => leader)).toEqual([0, 0])
  await expect(producer.send({ topic: 't', value: '' })).resolves.toMatchObject({ offset: 0n })
})
