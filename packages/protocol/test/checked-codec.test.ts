import { describe, expect, test } from 'vitest'
import { CheckedCodec, type CompressionCodec } from '../src/index.js'

const input = (): Uint8Array => new Uint8Array(100).fill(7)

function checked(compress: unknown, more: Partial<Record<keyof CompressionCodec, unknown>> = {}) {
  const decompress = (bytes: Uint8Array): Uint8Array => bytes
  return new CheckedCodec({
    id: 3,
    name: 'test',
    compress,
    decompress,
    ...more,
  } as CompressionCodec)
}

/** What the codec gives, now or later, or why it gives nothing. */
async function outcomeOf(compress: unknown): Promise<unknown> {
  try {
    const output = await checked(compress).compress(input())
    return output === null ? null : [...output]
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

const small = Uint8Array.of(1, 2, 3)

describe('a codec is refused at once', () => {
  test.each([0, 5, 8, 17, -1, 1.5, NaN, '1', null, undefined, 1n, {}])('with the id %s', (id) => {
    expect(() => checked(() => small, { id })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })

  test.each(['', 7, null, undefined, Symbol('gzip'), {}])('with the name %s', (name) => {
    expect(() => checked(() => small, { name })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })

  test('with a message that says what an id is', () => {
    expect(() => checked(() => small, { id: 17 })).toThrow(
      'INVALID_OPTION: compression has the id 17; a codec has the id that Kafka gave it (1 gzip, 2 snappy, 3 lz4, 4 zstd) and a text as its name',
    )
  })
})

test('the id and the name of a codec are what they were when it was given', () => {
  let asked = 0
  const changing = {
    get id() {
      return ++asked
    },
    name: 'first',
    compress: () => small,
    decompress: () => small,
  }
  const codec = new CheckedCodec(changing as unknown as CompressionCodec)
  changing.name = 'second'
  expect([codec.id, codec.id, codec.name]).toEqual([1, 1, 'first'])
})

describe('a codec that gives', () => {
  const later = (output: unknown) => () => Promise.resolve(output)
  test.each<[string, unknown, unknown]>([
    ['smaller bytes', () => small, [1, 2, 3]],
    ['smaller bytes later', later(small), [1, 2, 3]],
    ['as many bytes', () => new Uint8Array(100), null],
    ['more bytes later', later(new Uint8Array(101)), null],
    ['its input', (bytes: Uint8Array) => bytes, null],
    ['a part of its input', (bytes: Uint8Array) => bytes.subarray(0, 3), [7, 7, 7]],
    ['shared bytes', () => new Uint8Array(new SharedArrayBuffer(3)), [0, 0, 0]],
    ['nothing', () => new Uint8Array(0), 'a codec must not give nothing'],
    ['undefined', () => undefined, 'a codec must give bytes'],
    ['null later', later(null), 'a codec must give bytes'],
    ['text', () => 'text', 'a codec must give bytes'],
    ['an ArrayBuffer', () => new ArrayBuffer(3), 'a codec must give bytes'],
    ['other numbers', later(new Uint16Array(3)), 'a codec must give bytes'],
    [
      'what only looks like bytes',
      () => Object.create(Uint8Array.prototype),
      'a codec must give bytes',
    ],
    ['a proxy of bytes', () => new Proxy(small, {}), 'a codec must give bytes'],
  ])('%s', async (_, compress, expected) => {
    expect(await outcomeOf(compress)).toEqual(expected)
  })

  test('bytes that say a wrong length is believed the true one', async () => {
    const lying = Object.defineProperties(Uint8Array.of(1, 2, 3), {
      length: { value: 90 },
      byteLength: { value: 90 },
    })
    expect(await outcomeOf(() => lying)).toEqual([1, 2, 3])
  })

  test('memory that it uses again, or transfers, has given a copy', async () => {
    const scratch = new Uint8Array(3)
    const codec = checked(() => scratch.fill(1))
    const output = await codec.compress(input())
    scratch.fill(2)
    structuredClone(scratch.buffer, { transfer: [scratch.buffer] })
    expect([...output!]).toEqual([1, 1, 1])
  })
})

describe('a thenable', () => {
  type Then = (resolve: (output: unknown) => void, reject: (cause: unknown) => void) => unknown
  const thenName = 'Then'.toLowerCase()
  const thenable = (then: Then): object => ({ [thenName]: then })
  const withThen = (then: Then) => () => thenable(then)
  const fails = new Error('no memory')

  test.each<[string, unknown, unknown]>([
    ['answers at once', withThen((resolve) => resolve(small)), [1, 2, 3]],
    [
      'answers twice',
      withThen((resolve) => (resolve(small), resolve(Uint8Array.of(9)))),
      [1, 2, 3],
    ],
    [
      'answers and fails',
      withThen((resolve, reject) => (resolve(small), reject(fails))),
      [1, 2, 3],
    ],
    [
      'fails and answers',
      withThen((resolve, reject) => (reject(fails), resolve(small))),
      fails.message,
    ],
    [
      'answers and throws',
      withThen((resolve) => {
        resolve(small)
        throw fails
      }),
      [1, 2, 3],
    ],
    [
      'throws',
      withThen(() => {
        throw fails
      }),
      fails.message,
    ],
    [
      'answers with another thenable',
      withThen((resolve) => resolve(thenable((again) => again(small)))),
      [1, 2, 3],
    ],
    [
      'cannot be asked for its then',
      () =>
        Object.defineProperty({}, thenName, {
          get: () => {
            throw fails
          },
        }) as unknown,
      fails.message,
    ],
    [
      'is a promise whose own then calls twice',
      () =>
        Object.assign(
          Promise.resolve(small),
          thenable((resolve) => (resolve(small), resolve(small))),
        ),
      [1, 2, 3],
    ],
  ])('that %s has one outcome', async (_, compress, expected) => {
    expect(await outcomeOf(compress)).toEqual(expected)
  })
})

test.each([
  ['and answers', () => small],
  ['and answers later', () => Promise.resolve(small)],
  ['and gives the input', (bytes: Uint8Array) => bytes],
])('a codec that transfers the memory of its input %s has failed', async (_, answer) => {
  const transfer = (bytes: Uint8Array): unknown => {
    structuredClone(null, { transfer: [bytes.buffer as ArrayBuffer] })
    return answer(bytes)
  }
  expect(await outcomeOf(transfer)).toBe(
    'a codec must not transfer the memory of its input; it may transfer a copy',
  )
})
