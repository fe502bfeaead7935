import { expect, test } from 'vitest'
import { expectRebuilt } from '../../../test/rebuilt.js'
import { gzip } from '../src/gzip.js'
import { portableFrom, type CompressionCodec, withPortable } from '../src/index.js'
import { zstd } from '../src/zstd.js'

test('options of plain data are portable', () => {
  for (const options of [undefined, null, 1, 'text', { a: [1, { b: new Uint8Array(2) }], c: 1n }]) {
    const portable = portableFrom('module', 'plugIn', options)
    expect(portable).toEqual({ module: 'module', export: 'plugIn', options })
    expect(structuredClone(portable)).toEqual(portable)
  }
})

test('options that hold a function or an object of a class are not portable', () => {
  for (const options of [
    () => {},
    { a: () => {} },
    [[() => {}]],
    { a: new Map() },
    { a: Symbol('x') },
  ])
    expect(portableFrom('module', 'plugIn', options)).toBeUndefined()
})

const input = Buffer.from('hello hello hello hello hello hello\n'.repeat(100))

test('gzip can be made again from its portable, with the same level', async () => {
  await expectRebuilt<CompressionCodec>(gzip({ level: 9 }), (codec) => codec.compress(input))
  expect(gzip({ level: 9 }).portable?.options).toEqual({ level: 9 })
})

const hasZstd = 'zstdCompressSync' in (await import('node:zlib'))

test.runIf(hasZstd)('zstd can be made again from its portable, with the same level', async () => {
  await expectRebuilt<CompressionCodec>(zstd({ level: 7 }), (codec) => codec.compress(input))
  expect(zstd({ level: 7 }).portable?.options).toEqual({ level: 7 })
})

const mine = { compress: (bytes: Uint8Array) => bytes }
const changed: [how: string, change: (codec: CompressionCodec) => CompressionCodec][] = [
  ['copied with another method', (codec) => ({ ...codec, ...mine })],
  ['copied as it is', (codec) => ({ ...codec })],
  ['given another method', (codec) => Object.assign(codec, mine)],
  [
    'a prototype of a codec with another method',
    (codec) => Object.assign(Object.create(codec), mine),
  ],
]

test.each(changed)(
  'a codec that was %s has no portable, for another thread would make it without the change',
  (_, change) => {
    for (const codec of [gzip(), ...(hasZstd ? [zstd()] : [])]) {
      expect(codec.portable).toBeDefined()
      expect(change(codec).portable).toBeUndefined()
    }
  },
)

test('a copy of a codec can have a portable of its own, however it is given', () => {
  const portable = { module: 'mine', export: 'codec', options: undefined }
  expect({ ...gzip(), ...mine, portable }.portable).toBe(portable)
  const assigned = Object.assign(gzip(), { ...mine, portable })
  expect(assigned.portable).toBe(portable)
  expect({ ...assigned }.portable).toBe(portable)
})

test('what is portable as it is shows nothing of it where it is written out', () => {
  const secret = { module: 'm', export: 'e', options: 'canary' }
  const plugin = withPortable({ id: 1, run: () => 1 }, ['run'], secret)
  expect(Object.keys(plugin)).toEqual(['id', 'run'])
  expect(JSON.stringify(plugin)).toBe('{"id":1}')
  expect('portable' in plugin).toBe(true)
})
