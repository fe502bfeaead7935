import { AsyncLocalStorage } from 'node:async_hooks'
import { KafkaError } from '@sluice/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import { reactions, PacedProducer, pacedSizes } from '../intake/paced-producer.js'
import { ToldInterceptor } from './told-interceptor.js'

function stand(): { paced: PacedProducer; first: ToldInterceptor; second: ToldInterceptor } {
  const [first, second] = [new ToldInterceptor(), new ToldInterceptor()]
  const paced = new PacedProducer({
    interceptors: [first, second],
    maxRequestBytes: 4_096,
    sizes: { ...pacedSizes, bufferBytes: 4_194_304 },
  })
  return { paced, first, second }
}

const good = { topic: 't', value: 'a' }
const tooLarge = { topic: 't', value: 'x'.repeat(5_000) }

describe('each record of a thousand is told of once, to each of two interceptors', () => {
  test('acknowledged, refused for each reason, expired, aborted and closed', async () => {
    const { paced, first, second } = stand()
    const { producer } = paced
    paced.learn()
    const ends: Promise<unknown>[] = []
    const send = (record: unknown, signal?: AbortSignal): void => {
      const options = signal === undefined ? undefined : { signal }
      ends.push(producer.send(record as never, options).catch(() => {}))
    }
    for (let i = 0; i < 90; i++) {
      send(good)
      send(tooLarge)
      send({ ...good, partition: 5 })
      send({ topic: 'not legal', value: '' })
      send({ ...good, headers: 7 })
      send({ topic: 't' })
      send(good, AbortSignal.abort())
      send({ topic: 'unknown', value: 'expires' })
      ends.push(producer.sendMany([good, tooLarge]).catch(() => {}))
    }
    await reactions()
    paced.acknowledgeAll()
    await reactions()
    paced.clock.advance(pacedSizes.maxBlockMs + 1)
    await reactions()
    paced.acknowledgeAll()
    // The last ten are in a batch when the producer is closed.
    for (let i = 0; i < 10; i++) producer.enqueue({ ...good, partition: 0 })
    void producer.close({ timeoutMs: 0 })
    await paced.clock.pass(0)
    paced.failTheRest()
    await paced.clock.pass(0)
    send(good)
    await Promise.all(ends)
    await reactions()
    const count = (code: string): number => first.ends.filter((end) => end === code).length
    expect(first.told).toHaveLength(90 * 10 + 11)
    expect(count('acknowledged t 0')).toBe(180)
    expect(count('RECORD_TOO_LARGE t -1')).toBe(180)
    expect(count('INVALID_PARTITION t 5')).toBe(90)
    expect(count('INVALID_TOPIC_EXCEPTION not legal -1')).toBe(90)
    expect(count('INVALID_ARGUMENT t -1')).toBe(180)
    expect(count('ABORTED t -1')).toBe(90)
    expect(count('METADATA_TIMEOUT unknown -1')).toBe(90)
    expect(count('PRODUCER_CLOSED t 0')).toBe(10)
    expect(count('PRODUCER_CLOSED t -1')).toBe(1)
    expect(second.ends).toEqual(first.ends)
    const numbers = first.told.map(({ number }) => number).filter((number) => number !== undefined)
    expect(new Set(numbers).size).toBe(numbers.length)
  })
})

test('a sendMany of which one record is not valid tells of each record', async () => {
  const { paced, first } = stand()
  const call = paced.producer.sendMany([good, { topic: 't' } as never, good])
  await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  expect(first.ends).toEqual(Array.from({ length: 3 }, () => 'INVALID_ARGUMENT t -1'))
})

test('each record of a sendMany is told of with its own end', async () => {
  const { paced, first } = stand()
  paced.learn()
  const call = paced.producer.sendMany([good, tooLarge, good])
  paced.acknowledgeAll()
  await expect(call).rejects.toMatchObject({ code: 'PARTIAL_FAILURE' })
  expect(first.ends).toEqual(['acknowledged t 0', 'RECORD_TOO_LARGE t -1', 'acknowledged t 0'])
  expect(first.told.map(({ number, metadata }) => [number, metadata?.offset])).toEqual([
    [0, 0n],
    [1, undefined],
    [2, 1n],
  ])
})

test('a record that its signal aborts is told of at once, and not again when it settles', async () => {
  const { paced, first } = stand()
  paced.learn()
  const aborting = new AbortController()
  const sent = paced.producer.send(good, { signal: aborting.signal })
  aborting.abort()
  await expect(sent).rejects.toMatchObject({ code: 'ABORTED' })
  paced.acknowledgeAll()
  await reactions()
  expect(first.ends).toEqual(['ABORTED t -1'])
})

test('interceptors hear of a record before its caller does, and before a flush resolves', async () => {
  const order: string[] = []
  const paced = new PacedProducer({
    interceptors: [
      { onAcknowledgement: ({ error }) => void order.push(`told ${error?.code ?? 'good'}`) },
    ],
  })
  paced.learn()
  paced.producer.send(good).then(
    () => order.push('sent'),
    () => order.push('failed'),
  )
  paced.producer.sendMany([good]).then(
    () => order.push('many sent'),
    () => order.push('many failed'),
  )
  paced.producer.enqueue(good, () => void order.push('delivered'))
  const flushed = paced.producer.flush().then(() => order.push('flushed'))
  paced.refuse(
    new KafkaError('TOPIC_AUTHORIZATION_FAILED', 'told by the test', { persisted: 'no' }),
  )
  await paced.clock.settle()
  await flushed
  const told = 'told TOPIC_AUTHORIZATION_FAILED'
  expect(order.toSorted()).toEqual(
    [told, told, told, 'failed', 'many failed', 'delivered', 'flushed'].toSorted(),
  )
  expect(order.at(-1)).toBe('flushed')
  expect(order.indexOf('failed')).toBeGreaterThan(order.indexOf(told))
  expect(order[order.indexOf('delivered') - 1]).toBe(told)
})

test('interceptors are told in the context of the caller of each record', async () => {
  const user = new AsyncLocalStorage<string>()
  onTestFinished(() => user.disable())
  const seen: unknown[] = []
  const paced = new PacedProducer({
    interceptors: [{ onAcknowledgement: () => void seen.push(user.getStore()) }],
  })
  paced.learn()
  user.run('ann', () => void paced.producer.send(good))
  user.run('bob', () => void paced.producer.sendMany([good]))
  user.run('cid', () => paced.producer.enqueue(good, () => {}))
  user.run('dan', () => paced.producer.enqueue(good))
  void paced.producer.send(good)
  paced.acknowledgeAll()
  await reactions()
  expect(seen).toHaveLength(5)
  expect(new Set(seen)).toEqual(new Set(['ann', 'bob', 'cid', 'dan', undefined]))
})

test('onAcknowledgement that throws, or rejects, is logged once for each interceptor and breaks nothing', async () => {
  const last = new ToldInterceptor()
  const paced = new PacedProducer({
    interceptors: [
      {
        onAcknowledgement() {
          throw new Error('disk full')
        },
      },
      { onAcknowledgement: () => Promise.reject(new Error('offline')) as never },
      last,
    ],
  })
  paced.learn()
  const sends = [1, 2, 3].map(() => paced.producer.send(good))
  paced.acknowledgeAll()
  await Promise.all(sends)
  await reactions()
  expect(last.ends).toHaveLength(3)
  expect(paced.clock.logged.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'error: onAcknowledgement of interceptor 1 of 3 failed, which is logged once: Error: disk full',
    'error: onAcknowledgement of interceptor 2 of 3 failed, which is logged once: Error: offline',
  ])
})

test('a record of enqueue without a callback that fails is told of, and then goes to onDeliveryError', async () => {
  const order: string[] = []
  const paced = new PacedProducer({
    maxRequestBytes: 4_096,
    onDeliveryError: ({ code }) => void order.push(`unhandled ${code}`),
    interceptors: [{ onAcknowledgement: ({ error }) => void order.push(`told ${error?.code}`) }],
  })
  paced.learn()
  paced.producer.enqueue(tooLarge)
  expect(order).toEqual([])
  await paced.clock.settle()
  expect(order).toEqual(['told RECORD_TOO_LARGE', 'unhandled RECORD_TOO_LARGE'])
})

test('an enqueue that throws has told of its record before', () => {
  const { paced, first } = stand()
  const wrongCallback = (): unknown => paced.producer.enqueue(good, 7 as never)
  expect(wrongCallback).toThrow('onDelivery is of type number')
  expect(() => paced.producer.enqueue({ topic: 't' } as never)).toThrow('value is missing')
  expect(first.ends).toEqual(['INVALID_ARGUMENT t -1', 'INVALID_ARGUMENT t -1'])
})

test('the headers of an acknowledgement are those of the record as it was sent', async () => {
  const told = new ToldInterceptor()
  const paced = new PacedProducer({
    interceptors: [
      told,
      { onSend: (record) => ({ ...record, headers: [...record.headers, ['trace', 'abc']] }) },
    ],
  })
  paced.learn()
  const sent = paced.producer.send({ ...good, headers: { mine: 'x' } })
  paced.acknowledgeAll()
  await sent
  expect(told.told[0]!.headers).toEqual([
    ['mine', 'x'],
    ['trace', 'abc'],
  ])
})
