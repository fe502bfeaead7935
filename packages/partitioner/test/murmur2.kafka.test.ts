import { fileURLToPath } from 'node:url'
import { startJava } from '@sluice/test-kafka'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { murmur2, partitionForKey } from '../src/index.js'

test('10 000 random keys hash, and are placed, as by the Java producer', async () => {
  const java = await startJava(fileURLToPath(new URL('fixtures/Murmur2.java', import.meta.url)))
  onTestFinished(() => java.stop())
  const seed = 431
  const keys = fc.sample(fc.uint8Array({ maxLength: 100 }), { seed, numRuns: 10_000 })
  const javas = await Promise.all(keys.map((key) => java.ask(Buffer.from(key).toString('hex'))))
  const ours = keys.map((key) => `${murmur2(key)} ${partitionForKey(key, 12)}`)
  expect(ours, `keys of seed ${seed}`).toEqual(javas)
})
