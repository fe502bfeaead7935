import { type CompressionCodec, KafkaError } from '@sluice/protocol'

export interface AccumulatorOptions {
  /** How long a batch may wait for more records before it is due, in ms. 0 gathers what is appended in
   *  one turn of the event loop, and goes on gathering while the broker is busy.
   *  @defaultValue 0 */
  readonly lingerMs?: number
  /** A batch is full at this size, in bytes on the wire: with a codec it is estimated, from the batches of
   *  its topic before, how many records become that. A larger record gets a batch of its own.
   *  @defaultValue 65536 */
  readonly batchBytes?: number
  /** A batch is full with this many records.
   *  @defaultValue 10000 */
  readonly batchRecords?: number
  /** Bounds the memory of all records that are not settled; records that wait for it hold at most as much again.
   *  @defaultValue 33554432 */
  readonly bufferBytes?: number
  /** How long a record may wait for metadata and memory together, in ms.
   *  @defaultValue 60000 */
  readonly maxBlockMs?: number
  /** Within this time of its first record a batch is settled, in ms.
   *  @defaultValue 120000 */
  readonly deliveryTimeoutMs?: number
  /** Compresses batches.
   *  @defaultValue none */
  readonly compression?: CompressionCodec
}

export const accumulatorDefaults = {
  lingerMs: 0,
  batchBytes: 65_536,
  batchRecords: 10_000,
  bufferBytes: 33_554_432,
  maxBlockMs: 60_000,
  deliveryTimeoutMs: 120_000,
} as const satisfies AccumulatorOptions

export type ResolvedAccumulatorOptions = Required<Omit<AccumulatorOptions, 'compression'>> & {
  readonly compression: CompressionCodec | null
}

/** The lowest value of each number that makes sense. */
const lowest = {
  lingerMs: 0,
  batchBytes: 1_024,
  batchRecords: 1,
  bufferBytes: 65_536,
  maxBlockMs: 0,
  deliveryTimeoutMs: 1,
} as const

/** @throws KafkaError INVALID_OPTION */
export function resolveAccumulatorOptions(options: AccumulatorOptions): ResolvedAccumulatorOptions {
  const number = (name: keyof typeof lowest): number => {
    const value = options[name] ?? accumulatorDefaults[name]
    if (Number.isFinite(value) && value >= lowest[name]) return value
    throw new KafkaError(
      'INVALID_OPTION',
      `${name} is ${value}; give a number of at least ${lowest[name]}`,
    )
  }
  const resolved = {
    lingerMs: number('lingerMs'),
    batchBytes: number('batchBytes'),
    batchRecords: number('batchRecords'),
    bufferBytes: number('bufferBytes'),
    maxBlockMs: number('maxBlockMs'),
    deliveryTimeoutMs: number('deliveryTimeoutMs'),
    compression: options.compression ?? null,
  }
  if (resolved.bufferBytes >= resolved.batchBytes) return resolved
  throw new KafkaError(
    'INVALID_OPTION',
    `bufferBytes (${resolved.bufferBytes}) is below batchBytes (${resolved.batchBytes}): a batch would never fit; raise bufferBytes or lower batchBytes`,
  )
}
