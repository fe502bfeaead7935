import { describe, expect, test } from 'vitest'
import { csvReader, type CsvShape } from '../../src/input/csv-reader.js'

function read(rows: readonly string[], shape: Partial<CsvShape> = {}) {
  const names = { headers: [] }
  const given = { base: { topic: 'orders' }, names, separator: ',', emptyIsNull: false, ...shape }
  const reader = csvReader(given)
  return rows.flatMap((row) => {
    const record = reader(Buffer.from(row))
    if (record === null) return []
    const { topic: _, ...rest } = record
    return [rest]
  })
}

describe('a row', () => {
  test('is an object of all columns, in their order', () => {
    expect(read(['id,note', '17,"say ""hi"", then\ngo"', '18,'])).toEqual([
      { value: '{"id":"17","note":"say \\"hi\\", then\\ngo"}' },
      { value: '{"id":"18","note":""}' },
    ])
  })

  test('gives its columns to key, value, partition, time and headers', () => {
    const names = {
      key: 'id',
      value: 'v',
      partition: 'p',
      timestamp: 't',
      headers: [['trace', 'h']] as const,
    }
    expect(
      read(['id;v;p;t;h', 'a;b;1;1700000000000;x', 'c;d;;;y'], { names, separator: ';' }),
    ).toEqual([
      {
        key: 'a',
        value: 'b',
        partition: 1,
        timestamp: 1_700_000_000_000,
        headers: [['trace', 'x']],
      },
      { key: 'c', value: 'd', headers: [['trace', 'y']] },
    ])
  })

  test('may end in a carriage return', () => {
    expect(read(['id\r', '1\r', '"2"\r'])).toEqual([
      { value: '{"id":"1"}' },
      { value: '{"id":"2"}' },
    ])
  })

  test('with an empty value is a tombstone, and the marker is null, where that is asked for', () => {
    const names = { key: 'k', value: 'v', headers: [] }
    const rows = ['k,v', 'a,', ',b', 'c,NULL']
    expect(read(rows, { names, emptyIsNull: true, nullMarker: 'NULL' })).toEqual([
      { key: 'a', value: null },
      { key: null, value: 'b' },
      { key: 'c', value: null },
    ])
    expect(read(rows.slice(0, 2), { names })).toEqual([{ key: 'a', value: '' }])
  })

  test.each([
    ['1', 'has 1 fields, and the header 2'],
    ['1,2,3', 'has 3 fields, and the header 2'],
    ['1,a"b"', 'has a quote that is not closed, or stands in the middle of a field'],
    ['1,"ab', 'has a quote that is not closed, or stands in the middle of a field'],
  ])('%s is refused', (row, message) => {
    expect(() => read(['id,note', row])).toThrow(message)
  })
})

test('a header that is wrong ends the input', () => {
  expect(() => read(['id,id'])).toThrow('the header of the CSV has a name twice')
  expect(() => read(['id'], { names: { key: 'key', headers: [] } })).toThrow(
    'the header of the CSV has no column "key"; name one that it has',
  )
})
