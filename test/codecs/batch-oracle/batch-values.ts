import fc from 'fast-check'

/** A batch as generated: text stays text, as a producer gets it. */
export interface BatchValue extends ProducerFields {
  readonly baseOffset: bigint
  readonly records: readonly RecordValue[]
}

export interface RecordValue {
  readonly timestamp: number
  readonly key: string | Buffer | null
  readonly value: string | Buffer | null
  readonly headers: readonly (readonly [string, string | Buffer | null])[]
}

interface ProducerFields {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly transactional: boolean
}

const grapheme = fc.string({ unit: 'grapheme', maxLength: 40 })
// Around the lengths where the varint before them takes another byte.
const edges = fc
  .tuple(fc.constantFrom('a', 'é', '日', '😀'), fc.constantFrom(62, 63, 64, 65, 8190, 8191, 8192))
  .map(([character, length]) => character.repeat(length))
const field = fc.option(
  fc.oneof(
    { weight: 4, arbitrary: grapheme },
    { weight: 4, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
    edges,
  ),
)

// Java refuses negative times; the deltas between these take both signs and all lengths.
const timestamp = fc.oneof(
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_200 }),
  fc.maxSafeNat(),
)

const record: fc.Arbitrary<RecordValue> = fc.record({
  timestamp,
  key: field,
  value: field,
  headers: fc.array(fc.tuple(grapheme, field), { maxLength: 3 }),
})

const plain: ProducerFields = {
  producerId: -1n,
  producerEpoch: -1,
  baseSequence: -1,
  transactional: false,
}

const identified: fc.Arbitrary<ProducerFields> = fc.record({
  producerId: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  producerEpoch: fc.nat(32_767),
  baseSequence: fc.oneof(fc.nat(), fc.constantFrom(0x7fff_ffff, 0x7fff_fffe)),
  transactional: fc.boolean(),
})

/** Batches of a producer; `baseOffset` is what a broker made of it. */
export const batchValues: fc.Arbitrary<BatchValue> = fc
  .tuple(
    fc.oneof(fc.constant(plain), identified),
    fc.bigInt({ min: 0n, max: 2n ** 63n - 20n }),
    fc.array(record, { minLength: 1, maxLength: 12 }),
  )
  .map(([producer, baseOffset, records]) => ({ ...producer, baseOffset, records }))

/** A batch of 300 kB, over the 64 KiB that lz4, and the 32 KiB that Java's snappy, puts into a block. */
export function largeBatch(repeats: boolean): BatchValue {
  const records = Array.from({ length: 30 }, (_, index) => ({
    timestamp: 1_700_000_000_000 + index,
    key: `key-${index}`,
    value: repeats ? Buffer.alloc(10_000, `order ${index % 7},`) : noise(10_000, index + 1),
    headers: [],
  }))
  return { ...plain, baseOffset: 0n, records }
}

/** Bytes that no codec makes smaller, the same for the same seed (xorshift). */
function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = Math.imul(seed, 0x9e3779b1)
  for (let at = 0; at < length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state >>> 8
  }
  return bytes
}
