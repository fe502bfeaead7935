import { murmur2Partitioner } from '@sluice/partitioner'
import type { ProducerRecord } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { producersOfFile } from '../producers-of-file.js'

const file = producersOfFile('lying', 1)
const { open, valuesOf } = file

const boom = (): never => {
  throw new Error('boom')
}

/** Is refused, and the records around it are sent. */
async function expectRefused(fields: object, error: object, options = {}): Promise<void> {
  const { producer, topic } = open(options)
  const record = { topic, value: 'bad', ...fields } as ProducerRecord
  const [first, bad, last] = await Promise.allSettled([
    producer.send({ topic, value: 'first' }),
    producer.send(record),
    producer.send({ topic, value: 'last' }),
  ])
  expect(bad).toMatchObject({ status: 'rejected', reason: { persisted: 'no', ...error } })
  expect([first.status, last.status]).toEqual(['fulfilled', 'fulfilled'])
  expect(() => producer.enqueue(record)).toThrow(expect.objectContaining(error))
  expect(valuesOf(topic)).toEqual(['first', 'last'])
}

describe('bytes', () => {
  class Short extends Uint8Array {
    override get length(): number {
      return 1
    }
  }
  class Long extends Uint8Array {
    override get length(): number {
      return 1_000
    }
  }
  class Changing extends Uint8Array {
    #reads = 0
    override get length(): number {
      return this.#reads++ === 0 ? 5 : 20_000
    }
  }
  const own = (length: number): Uint8Array =>
    Object.defineProperty(Buffer.from('bytes'), 'length', { value: length })
  const lying: [string, () => Uint8Array][] = [
    ['shorter', () => own(2)],
    ['longer', () => own(50_000)],
    ['negative', () => own(-1)],
    ['no number', () => own('x' as never)],
    ['shorter by its class', () => Short.from(Buffer.from('bytes'))],
    ['longer by its class', () => Long.from(Buffer.from('bytes'))],
    ['another one each time', () => Changing.from(Buffer.from('bytes'))],
  ]

  test.each(lying)(
    'whose length is %s are sent whole, and nothing else with them',
    async (_, make) => {
      const { producer, topic } = open({ partitioner: murmur2Partitioner() })
      await producer.send({ topic: `${topic}-secret`, value: 'secret'.repeat(1_000) })
      await producer.sendMany([
        { topic, value: 'first' },
        { topic, key: make(), value: make(), headers: { h: make() } },
        { topic, value: 'last' },
      ])
      const [first, lied, last] = file.cluster.records(topic)
      const { key, value, headers } = lied!
      expect([String(first!.value), String(last!.value)]).toEqual(['first', 'last'])
      expect([key, value, headers[0]![1]].map(String)).toEqual(['bytes', 'bytes', 'bytes'])
    },
  )
})

test('bytes that are shorter once they were checked are sent whole, however little room a batch has', async () => {
  class Shrinking extends Uint8Array {
    #reads = 0
    override get length(): number {
      return this.#reads++ === 0 ? this.byteLength : 1
    }
  }
  const { producer, topic } = open()
  // A first batch has room for 1 024 bytes, where its first record needs no more.
  const sizes = Array.from({ length: 64 }, (_, at) => 980 + at)
  for (const size of sizes) {
    const own = `${topic}-${size}`
    await producer.partitionsFor(own)
    const value = new Shrinking(size).fill(120)
    await Promise.all([value, 'last'].map((each) => producer.send({ topic: own, value: each })))
  }
  const found = sizes.map((size) => valuesOf(`${topic}-${size}`).map(({ length }) => length))
  expect(found).toEqual(sizes.map((size) => [size, 4]))
})

test('bytes with a length of their own that shrinks once it was checked fail alone where they do not fit', async () => {
  const { producer, topic } = open()
  const shrinking = (size: number): Uint8Array => {
    let reads = 0
    const length = (): number => (reads++ === 0 ? size : 1)
    return Object.defineProperty(Buffer.alloc(size, 'x'), 'length', { get: length })
  }
  const sizes = Array.from({ length: 64 }, (_, at) => 980 + at)
  for (const size of sizes) {
    const own = `${topic}-${size}`
    await producer.partitionsFor(own)
    const sent = [shrinking(size), 'last'].map((value) => producer.send({ topic: own, value }))
    const [first] = await Promise.allSettled(sent)
    const error = { code: 'ILLEGAL_STATE', persisted: 'no' }
    if (first!.status === 'rejected') expect(first!.reason).toMatchObject(error)
    const lengths = first!.status === 'rejected' ? [4] : [size, 4]
    expect(valuesOf(own).map(({ length }) => length)).toEqual(lengths)
  }
})

describe('headers', () => {
  class OwnMap {
    readonly #map = new Map([['a', 'b']])
    entries(): Iterable<[string, string]> {
      return this.#map.entries()
    }
  }
  async function* stream(): AsyncGenerator<[string, string]> {
    yield ['a', 'b']
  }
  const noHeaders: [string, () => unknown, RegExp][] = [
    ['a promise', () => Promise.resolve({ a: 'b' }), /headers are a promise.*await/],
    ['an async generator', stream, /headers are an asynchronous iterable.*array/],
    ['a Date', () => new Date(), /headers are a Date without fields.*object.*pairs/],
    ['a map of another library', () => new OwnMap(), /headers are an? OwnMap without fields/],
    ['a WeakMap', () => new WeakMap(), /WeakMap/],
    ['a regular expression', () => /x/, /RegExp/],
    ['an ArrayBuffer', () => new ArrayBuffer(4), /ArrayBuffer/],
    ['a function', () => () => ({}), /headers are of type function/],
  ]

  test.each(noHeaders)(
    'that are %s are refused for that record alone',
    async (_, make, message) => {
      await expectRefused(
        { headers: make() },
        { code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) },
      )
    },
  )

  test('that are a Map, fetch headers, an object without a prototype or an empty one are taken', async () => {
    const { producer, topic } = open()
    const bare = Object.assign(Object.create(null) as object, { a: 'b' })
    const given = [new Map([['a', 'b']]), new Headers({ a: 'b' }), bare, {}, []]
    await producer.sendMany(
      given.map((headers) => ({ topic, value: '', headers: headers as never })),
    )
    const sent = file.cluster
      .records(topic)
      .map(({ headers }) => headers.map(([name]) => name).join())
    expect(sent).toEqual(['a', 'a', 'a', '', ''])
  })

  test('that never end are refused at the limit of a record', async () => {
    let given = 0
    const endless = {
      *[Symbol.iterator](): Generator<[string, string]> {
        for (;;) yield [`header ${given++}`, 'x']
      },
    }
    const error = {
      code: 'RECORD_TOO_LARGE',
      message: expect.stringMatching(/after \d+ headers.*maxRequestBytes/),
    }
    await expectRefused({ headers: endless }, error, { maxRequestBytes: 65_536 })
    const values = Object.assign([], { [Symbol.iterator]: () => ({ next: () => ({ value: '' }) }) })
    await expectRefused({ headers: { a: values } }, error, { maxRequestBytes: 65_536 })
    expect(given).toBeLessThan(65_536)
  })
})

describe('a partitioner', () => {
  const freezing: [string, (input: object, topic: object) => unknown][] = [
    ['freezes', (input, topic) => [Object.freeze(input), Object.freeze(topic)]],
    ['seals', (input, topic) => [Object.seal(input), Object.seal(topic)]],
    ['redefines', (input) => Reflect.defineProperty(input, 'keyBytes', { value: null })],
    ['writes to', (input) => Reflect.set(input, 'value', 'another')],
    ['takes the prototype of', (input) => Reflect.setPrototypeOf(input, null)],
  ]

  test.each(freezing)('that %s what it is given harms no record', async (_, act) => {
    const { producer, topic } = open({
      partitioner: {
        forTopic: () => ({
          partition: (input, view) => {
            act(input, view)
            return view.partitionCount - 1
          },
        }),
      },
    })
    await producer.sendMany(['a', 'b'].map((value) => ({ topic, key: value, value })))
    await producer.sendMany([
      { topic: `${topic}-other`, value: 'c' },
      { topic, key: 'd', value: 'd', headers: { h: 'd' } },
    ])
    expect(
      file.cluster.records(topic).map(({ key, value }) => `${String(key)} ${String(value)}`),
    ).toEqual(['a a', 'b b', 'd d'])
    expect(valuesOf(`${topic}-other`)).toEqual(['c'])
  })

  test('that empties the list of partitions fails its own record alone', async () => {
    let greedy = true
    const { producer, topic } = open({
      partitioner: {
        forTopic: () => ({
          partition: (_, { available }) => {
            if (greedy) (available as number[]).length = 0
            return available[0]!
          },
        }),
      },
    })
    await expect(producer.send({ topic, value: 'a' })).rejects.toMatchObject({
      code: 'PARTITIONER_FAILED',
    })
    greedy = false
    await expect(producer.send({ topic, value: 'b' })).resolves.toMatchObject({ offset: 0n })
  })
})

describe('a signal', () => {
  const add = (): void => {}
  const shaped = (fields: object): object => ({
    aborted: false,
    addEventListener: add,
    removeEventListener: add,
    ...fields,
  })
  const wrong: [string, () => unknown][] = [
    ['has no removeEventListener', () => shaped({ removeEventListener: undefined })],
    ['throws when it is listened to', () => shaped({ addEventListener: boom })],
    ['throws when it is no longer listened to', () => shaped({ removeEventListener: boom })],
    ['throws when it is read', () => Object.defineProperty({}, 'aborted', { get: boom })],
  ]

  test.each(wrong)('that %s is refused before anything is sent', async (_, make) => {
    const { producer, topic } = open()
    const refused = { code: 'INVALID_ARGUMENT', message: expect.stringMatching(/signal/) }
    const options = { signal: make() } as never
    await expect(producer.send({ topic, value: 'a' }, options)).rejects.toMatchObject(refused)
    await expect(producer.sendMany([{ topic, value: 'a' }], options)).rejects.toMatchObject(refused)
    await expect(producer.flush(options)).rejects.toMatchObject(refused)
    await expect(producer.connect(options)).rejects.toMatchObject(refused)
    const throwing = Object.defineProperty({}, 'signal', { get: boom })
    await expect(producer.send({ topic, value: 'a' }, throwing)).rejects.toMatchObject(refused)
    await producer.send({ topic, value: 'last' })
    expect(valuesOf(topic)).toEqual(['last'])
  })

  test('that begins to throw while records are sent neither loses their result nor ends the process', async () => {
    const { producer, topic } = open()
    let broken = false
    const listeners = new Set<() => void>()
    const signal = shaped({
      addEventListener: (_: string, listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) =>
        broken ? boom() : void listeners.delete(listener),
    })
    Object.defineProperty(signal, 'reason', { get: boom })
    const sent = producer.send({ topic, value: 'a' }, { signal } as never)
    broken = true
    await expect(sent).resolves.toMatchObject({ offset: 0n })
    broken = false
    const aborted = producer.send({ topic, value: 'b' }, { signal } as never)
    broken = true
    for (const listener of listeners) listener()
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

test('a list whose iterator never ends is read by its length', async () => {
  const { producer, topic } = open()
  const records = [{ topic, value: 'a' }]
  Object.assign(records, { [Symbol.iterator]: () => ({ next: () => ({ value: records[0] }) }) })
  await expect(producer.sendMany(records)).resolves.toHaveLength(1)
})
