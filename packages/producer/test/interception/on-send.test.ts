import { AsyncLocalStorage } from 'node:async_hooks'
import type { ProducerRecord } from '@sluice/protocol'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { KafkaError, ProducerInterceptor } from '../../src/index.js'
import { createMockProducer } from '../../src/testing.js'
import { PacedProducer } from '../intake/paced-producer.js'

const traced: ProducerInterceptor = {
  onSend: (record) => ({ ...record, headers: [...record.headers, ['trace', 'abc']] }),
}

const calls: [
  string,
  (producer: ReturnType<typeof createMockProducer>, record: ProducerRecord) => unknown,
][] = [
  ['send', (producer, record) => producer.send(record)],
  ['sendMany', (producer, record) => producer.sendMany([record])],
  ['enqueue', (producer, record) => producer.enqueue(record)],
]

describe.each(calls)('onSend with %s', (_name, call) => {
  test('runs within the call, in the context of the caller', () => {
    const user = new AsyncLocalStorage<string>()
    onTestFinished(() => user.disable())
    const seen: unknown[] = []
    const producer = createMockProducer({
      interceptors: [
        {
          onSend(record) {
            seen.push(user.getStore())
            return record
          },
        },
      ],
    })
    user.run('ann', () => void call(producer, { topic: 't', value: 'a' }))
    expect(seen).toEqual(['ann'])
  })

  test('gives each interceptor what the one before gave', async () => {
    const append = (letter: string): ProducerInterceptor => ({
      onSend: (record) => ({ ...record, value: `${String(record.value)}${letter}` }),
    })
    const producer = createMockProducer({ interceptors: [append('b'), append('c')] })
    await call(producer, { topic: 't', key: 'k', value: 'a', partition: 0, timestamp: 7 })
    expect(producer.sent).toEqual([
      { topic: 't', key: 'k', value: 'abc', partition: 0, timestamp: 7, headers: [] },
    ])
  })

  test('that adds a header does so once for each time the caller sends the same object, which stays as it is', async () => {
    const producer = createMockProducer({ interceptors: [traced] })
    const headers = { mine: 'x' }
    const record = { topic: 't', value: 'a', headers }
    for (let times = 0; times < 1_000; times++) await call(producer, record)
    expect(producer.sent).toHaveLength(1_000)
    for (const sent of producer.sent)
      expect(sent.headers).toEqual([
        ['mine', 'x'],
        ['trace', 'abc'],
      ])
    expect(record).toEqual({ topic: 't', value: 'a', headers: { mine: 'x' } })
    expect(record.headers).toBe(headers)
  })

  test('that tries to change the record it is given is logged once, and each record goes on as it was', async () => {
    const paced = new PacedProducer({
      interceptors: [
        {
          onSend(record) {
            ;(record as { value: string }).value = 'changed'
            return record
          },
        },
      ],
    })
    paced.learn()
    const record = { topic: 't', value: 'a' }
    void call(paced.producer as never, record)
    void call(paced.producer as never, record)
    paced.acknowledgeAll()
    expect(record).toEqual({ topic: 't', value: 'a' })
    expect(paced.clock.logged.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        'onSend of interceptor 1 of 1 failed, which is logged once: TypeError',
      ),
    ])
  })
})

const wrong: [string, () => unknown, string][] = [
  ['nothing', () => undefined, 'it gave no record'],
  ['null', () => null, 'it gave no record'],
  ['text', () => 'a', 'it gave no record'],
  ['a promise', () => Promise.resolve({ topic: 't', value: 'b' }), 'it gave a promise'],
  ['a promise that rejects', () => Promise.reject(new Error('late')), 'it gave a promise'],
  ['a record without a value', () => ({ topic: 't' }), 'it gave no record'],
  ['a value that is a number', () => ({ topic: 't', value: 7 }), 'value is of type number'],
  [
    'a topic that is not legal',
    () => ({ topic: 'not legal', value: 'b' }),
    'not a legal topic name',
  ],
  [
    'a partition that is none',
    () => ({ topic: 't', value: 'b', partition: -1 }),
    'partition is -1',
  ],
  ['headers that are none', () => ({ topic: 't', value: 'b', headers: [['a']] }), 'header 0 is'],
]

describe.each(wrong)('onSend that gives %s', (_what, give, words) => {
  test('is logged once and breaks no send, and the interceptor behind it sees the record as it was', async () => {
    const bad: ProducerInterceptor = { onSend: () => give() as ProducerRecord }
    const logged: string[] = []
    const paced = new PacedProducer({ interceptors: [bad, traced] })
    paced.learn()
    const sends = [1, 2].map(() => paced.producer.send({ topic: 't', value: 'a' }))
    paced.acknowledgeAll()
    await Promise.all(sends)
    logged.push(...paced.clock.logged.map(({ message }) => message))
    expect(logged).toHaveLength(1)
    expect(logged[0]).toContain(words)
  })
})

test('headers of every shape are a list of pairs for interceptors, and an iterator is read once', async () => {
  const producer = createMockProducer({ interceptors: [traced, traced] })
  const bytes = Buffer.of(1)
  function* pairs(): Generator<[string, string]> {
    yield ['a', '1']
    yield ['a', '2']
  }
  await producer.send({ topic: 't', value: '', headers: pairs() })
  await producer.send({ topic: 't', value: '', headers: { a: ['1', bytes, null] } })
  await producer.send({ topic: 't', value: '' })
  const trace = ['trace', 'abc']
  expect(producer.sent.map(({ headers }) => headers)).toEqual([
    [['a', '1'], ['a', '2'], trace, trace],
    [['a', '1'], ['a', new Uint8Array([1])], ['a', null], trace, trace],
    [trace, trace],
  ])
})

test('a record whose iterator of headers throws in the middle is refused, not sent with the rest of them', async () => {
  let yielded = 0
  const headers = {
    [Symbol.iterator]: () => ({
      next(): IteratorResult<[string, string]> {
        if (++yielded === 2) throw new Error('broken')
        return yielded > 3 ? { done: true, value: undefined } : { done: false, value: ['a', 'b'] }
      },
    }),
  }
  const producer = createMockProducer({ interceptors: [traced] })
  await expect(producer.send({ topic: 't', value: 'a', headers })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    cause: { message: 'broken' },
  })
  expect(producer.sent).toEqual([])
})

test('the errors of records that are none are the same with an interceptor and without', async () => {
  const records = [7, null, {}, { topic: 't' }, { topic: 't', message: 'a' }, { messages: [] }, [1]]
  const errorsOf = (interceptors: ProducerInterceptor[]): Promise<string[]> => {
    const producer = createMockProducer({ interceptors })
    return Promise.all(
      records.map((record) =>
        producer.send(record as never).then(String, (error: KafkaError) => error.message),
      ),
    )
  }
  expect(await errorsOf([traced])).toEqual(await errorsOf([]))
})
