import { fileURLToPath } from 'node:url'
import { startJava, type JavaProcess } from '@sluice/test-kafka'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gzip } from '../src/gzip.js'
import type { CompressionCodec } from '../src/index.js'
import { describeBatch, readBatch, writeBatch } from './kafka-oracle/batch-codec.js'
import { batchValues, type BatchValue } from './kafka-oracle/batch-values.js'

// Record batches against Kafka's own MemoryRecords.

const codecs: readonly { readonly name: string; readonly codec?: CompressionCodec }[] = [
  { name: 'none' },
  { name: 'gzip', codec: gzip() },
]

const settings = { seed: 431, numRuns: 300 }

let java: JavaProcess

beforeAll(async () => {
  java = await startJava(fileURLToPath(new URL('kafka-oracle/BatchOracle.java', import.meta.url)))
})

afterAll(() => java?.stop())

describe.each(codecs)('a batch compressed with $name', ({ codec }) => {
  test('that we wrote, Java reads record by record', async () => {
    await fc.assert(fc.asyncProperty(batchValues, expectJavaReads), settings)
  })

  test('that Java wrote, we read record by record', async () => {
    await fc.assert(fc.asyncProperty(batchValues, expectWeRead), settings)
  })

  test('keeps an offset and a producer id over 2⁵³', async () => {
    const [batch] = fc.sample(batchValues, { ...settings, numRuns: 1 })
    const large = { ...batch!, producerEpoch: 0, baseSequence: 0 }
    for (const number of [2n ** 53n + 1n, 2n ** 63n - 20n]) {
      await expectJavaReads({ ...large, producerId: number })
      await expectWeRead({ ...large, producerId: number, baseOffset: number })
    }
  })

  async function expectJavaReads(batch: BatchValue): Promise<void> {
    const bytes = await writeBatch(batch, codec)
    const read = await java.ask(`read\t${bytes.toString('hex')}`)
    expect(parsed(read)).toEqual(describeBatch({ ...batch, baseOffset: 0n }, codec))
  }

  async function expectWeRead(batch: BatchValue): Promise<void> {
    const expected = describeBatch(batch, codec)
    const bytes = Buffer.from(await java.ask(`write\t${JSON.stringify(expected)}`), 'hex')
    expect(await readBatch(bytes, codec)).toEqual(expected)
  }
})

test('without compression our bytes are those of Java', async () => {
  const expectSameBytes = async (batch: BatchValue) => {
    const described = describeBatch({ ...batch, baseOffset: 0n })
    const bytes = await writeBatch(batch)
    expect(bytes.toString('hex')).toBe(await java.ask(`write\t${JSON.stringify(described)}`))
  }
  await fc.assert(fc.asyncProperty(batchValues, expectSameBytes), settings)
})

/** The JSON, or Java's exception as it is. */
function parsed(answer: string): unknown {
  return answer.startsWith('{') ? JSON.parse(answer) : answer
}
