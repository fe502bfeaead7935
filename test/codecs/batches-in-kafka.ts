import { fileURLToPath } from 'node:url'
import type { CompressionCodec } from '@sluice/protocol'
import { startJava, type JavaProcess } from '@sluice/test-kafka'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBatch, readBatch, writeBatch } from './batch-oracle/batch-codec.js'
import { batchValues, largeBatch, type BatchValue } from './batch-oracle/batch-values.js'

const settings = { seed: 431, numRuns: 300 }

/**
 * Tests of record batches against Kafka's own MemoryRecords, with the compression of a codec or, without one, none:
 * then our bytes must be those of Java, too. `make` is called in tests only.
 */
export function batchesInKafka(make?: () => CompressionCodec): void {
  let java: JavaProcess
  let codec: CompressionCodec | undefined

  beforeAll(async () => {
    codec = make?.()
    java = await startJava(fileURLToPath(new URL('batch-oracle/BatchOracle.java', import.meta.url)))
  })
  afterAll(() => java?.stop())

  test('a batch that we wrote, Java reads record by record', async () => {
    await fc.assert(fc.asyncProperty(batchValues, expectJavaReads), settings)
  })

  test('a batch that Java wrote, we read record by record', async () => {
    await fc.assert(fc.asyncProperty(batchValues, expectWeRead), settings)
  })

  test('a batch of several blocks is read on both sides, whether it gets smaller or not', async () => {
    for (const repeats of [true, false]) {
      await expectJavaReads(largeBatch(repeats))
      await expectWeRead(largeBatch(repeats))
    }
  })

  test('an offset and a producer id over 2⁵³ survive', async () => {
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
    const expected = describeBatch({ ...batch, baseOffset: 0n }, codec)
    expect(parsed(read)).toEqual(expected)
    if (codec) return
    expect(bytes.toString('hex')).toBe(await java.ask(`write\t${JSON.stringify(expected)}`))
  }

  async function expectWeRead(batch: BatchValue): Promise<void> {
    const expected = describeBatch(batch, codec)
    const bytes = Buffer.from(await java.ask(`write\t${JSON.stringify(expected)}`), 'hex')
    expect(await readBatch(bytes, codec)).toEqual(expected)
  }
}

/** The JSON, or Java's exception as it is. */
function parsed(answer: string): unknown {
  return answer.startsWith('{') ? JSON.parse(answer) : answer
}
