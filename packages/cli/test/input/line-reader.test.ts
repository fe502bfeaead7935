import { describe, expect, test } from 'vitest'
import { lineReader, type LineShape } from '../../src/input/line-reader.js'

function read(line: string | Buffer, shape: Partial<LineShape> = {}) {
  const base = { topic: 'orders' }
  const reader = lineReader({ base, keyOptional: false, emptyIsNull: false, crlf: false, ...shape })
  const { key, value, headers } = reader(Buffer.from(line))!
  const text = (content: unknown) =>
    content instanceof Uint8Array ? Buffer.from(content).toString('latin1') : content
  return {
    key: text(key),
    value: text(value),
    ...(headers === undefined
      ? {}
      : { headers: [...(headers as Iterable<[string, unknown]>)].map(([n, v]) => [n, text(v)]) }),
  }
}

const tab = Buffer.from('\t')
const twoColons = Buffer.from('::')

describe('a line', () => {
  test('is the value, byte by byte', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    expect(read(bytes)).toEqual({ key: undefined, value: bytes.toString('latin1') })
  })

  test('has its key before the first delimiter, of any length', () => {
    expect(read('k\tv\tw', { keyDelimiter: tab })).toEqual({ key: 'k', value: 'v\tw' })
    expect(read('a:b::c::d', { keyDelimiter: twoColons })).toEqual({ key: 'a:b', value: 'c::d' })
  })

  test('without the delimiter is refused, or is a value where that is asked for', () => {
    expect(() => read('kv', { keyDelimiter: tab })).toThrow('has no delimiter behind its key')
    expect(read('kv', { keyDelimiter: tab, keyOptional: true })).toEqual({
      key: undefined,
      value: 'kv',
    })
  })

  test('loses its carriage return only where lines may have one', () => {
    expect(read('v\r')).toMatchObject({ value: 'v\r' })
    expect(read('v\r\r', { crlf: true })).toMatchObject({ value: 'v\r' })
  })

  test('with an empty value is a tombstone, with an empty key has none, where that is asked for', () => {
    expect(read('k\t', { keyDelimiter: tab })).toEqual({ key: 'k', value: '' })
    expect(read('k\t', { keyDelimiter: tab, emptyIsNull: true })).toEqual({ key: 'k', value: null })
    expect(read('\tv', { keyDelimiter: tab, emptyIsNull: true })).toEqual({ key: null, value: 'v' })
  })
})

describe('headers in a line', () => {
  const shape = { headersDelimiter: tab, keyDelimiter: tab, nullMarker: Buffer.from('NULL') }

  test('are those of the console producer: name:value, with colons in values', () => {
    expect(read('a:1,b:x:y,c:\tk\tv', shape)).toEqual({
      key: 'k',
      value: 'v',
      headers: [
        ['a', '1'],
        ['b', 'x:y'],
        ['c', ''],
      ],
    })
  })

  test('come behind those of the command line', () => {
    const base = { topic: 'orders', headers: [['fixed', '1']] as const }
    expect(read('a:1\tk\tv', { ...shape, base })).toMatchObject({
      headers: [
        ['fixed', '1'],
        ['a', '1'],
      ],
    })
  })

  test('may be none, and the marker of null is none, too', () => {
    expect(read('\tk\tv', shape)).toMatchObject({ headers: [] })
    expect(read('NULL\tNULL\tNULL', shape)).toEqual({ key: null, value: null, headers: [] })
    expect(read('a:NULL\tk\tv', shape)).toMatchObject({ headers: [['a', null]] })
  })

  test.each([
    ['a1\tk\tv', 'has a header without ":"'],
    [':1\tk\tv', 'has a header without a name'],
    ['NULL:1\tk\tv', 'has a header whose name is the --null-marker'],
    ['a:1,\tk\tv', 'has a header without ":"'],
    ['a:1', 'has no delimiter behind its headers'],
    ['a:1\tv', 'has no delimiter behind its key'],
  ])('that are wrong are told of, and nothing is sent half parsed: %j', (line, reason) => {
    expect(() => read(line, shape)).toThrow(reason)
  })
})
