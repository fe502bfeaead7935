import { expect, test } from 'vitest'
import { jsonSerializer, KafkaError } from '../../src/index.js'

const serialize = (data: unknown): unknown => jsonSerializer().serialize('orders', data)

class Order {
  readonly total: number
  readonly #secret = 'hidden'
  constructor(total: number) {
    this.total = total
  }
  get secretLength(): number {
    return this.#secret.length
  }
}

class Money {
  readonly cents: number
  constructor(cents: number) {
    this.cents = cents
  }
  toJSON(): string {
    return `${this.cents / 100}`
  }
}

test.each([
  ['an object', { a: [1, 'x', null, true] }, '{"a":[1,"x",null,true]}'],
  ['an instance, of which it takes the fields', new Order(7), '{"total":7}'],
  ['a frozen instance', Object.freeze(new Order(8)), '{"total":8}'],
  ['an instance with toJSON', { price: new Money(150) }, '{"price":"1.5"}'],
  ['text, in quotes', 'paid', '"paid"'],
  ['a number', 7, '7'],
  ['fields that are undefined, which are left out', { a: undefined, b: 1 }, '{"b":1}'],
  ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ['one object in two places', [new Order(1), new Order(1)], '[{"total":1},{"total":1}]'],
])('jsonSerializer writes %s', (_what, data, text) => {
  expect(serialize(data)).toBe(text)
})

const cycle: Record<string, unknown> = { name: 'secret' }
cycle['items'] = [{ order: cycle }]
const twice = { a: 1 }

test.each([
  ['undefined', undefined, 'it is of type undefined'],
  ['a function', () => 'secret', 'it is of type function'],
  ['a symbol', Symbol('secret'), 'it is of type symbol'],
  [
    'what a toJSON makes undefined',
    { toJSON: () => undefined },
    'or its toJSON gives such a value',
  ],
  ['a bigint', 5n, 'it is a bigint'],
  ['a bigint within', { items: [{}, { price: 5n }] }, 'items[1].price is a bigint'],
  ['a bigint that a toJSON gives', { a: { toJSON: () => ({ b: 5n }) } }, 'a.b is a bigint'],
  ['a bigint behind an object that occurs twice', [twice, twice, 5n], '[2] is a bigint'],
  ['an object that holds itself', cycle, 'items[0].order is an object that holds itself'],
])('jsonSerializer refuses %s with its path, and without contents', (_what, data, words) => {
  const refused = (): unknown => serialize(data)
  expect(refused).toThrow(KafkaError)
  expect(refused).toThrow(
    expect.objectContaining({ code: 'SERIALIZATION_FAILED', persisted: 'no' }),
  )
  expect(refused).toThrow(words)
  expect(refused).not.toThrow('secret')
})

test('an error of a toJSON is the cause of the error of jsonSerializer', () => {
  const cause = new Error('broken')
  const broken = {
    toJSON() {
      throw cause
    },
  }
  expect(() => serialize({ broken })).toThrow(
    expect.objectContaining({ code: 'SERIALIZATION_FAILED', cause }),
  )
})

test('jsonSerializer for keys leaves text as it is, and writes all else as JSON', () => {
  const keys = jsonSerializer().forKeys()
  expect(keys.serialize('orders', 'o-17')).toBe('o-17')
  expect(keys.serialize('orders', { id: 17 })).toBe('{"id":17}')
  expect(keys.serialize('orders', 17)).toBe('17')
})
