import { expect, test } from 'vitest'
import { expectRebuilt } from '../../../test/rebuilt.js'
import { gzip } from '../src/gzip.js'
import { portableFrom, type CompressionCodec } from '../src/index.js'
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
