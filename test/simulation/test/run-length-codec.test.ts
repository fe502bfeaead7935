import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { runLengthCodec } from '../src/wire/run-length-codec.js'

const input = Buffer.from(`12:${'x'.repeat(600)}y`)

test('what was compressed comes back, and is shorter where bytes repeat', async () => {
  const { compress, decompress } = runLengthCodec()
  const packed = await compress(input)
  expect(packed.length).toBeLessThan(20)
  expect(Buffer.from(await decompress(packed, 1_000))).toEqual(input)
})

test('a codec that works elsewhere answers later', async () => {
  const later: (() => void)[] = []
  const packed = runLengthCodec((run) => void later.push(run)).compress(input)
  expect(packed).toBeInstanceOf(Promise)
  later[0]!()
  expect((await packed).length).toBeLessThan(20)
})

test('no more bytes come out than are allowed', async () => {
  const { compress, decompress } = runLengthCodec()
  const packed = await compress(input)
  expect(() => decompress(packed, 100)).toThrow('more than 100 bytes')
})
