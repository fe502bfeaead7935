import { CheckedCodec, type CompressionCodec, KafkaError } from '@sluice/protocol'

/** When a batch is full or due, how much memory all batches may take, and for how long records may wait. */
export interface AccumulatorOptions {
  /** How long a batch waits for more records before it is due, in ms. 0 gathers what is appended in one turn of the
   *  event loop, and goes on gathering while the broker is busy (`linger.ms`).
   *  @defaultValue 0 */
  readonly lingerMs?: number
  /** A batch is full at this size, in bytes on the wire. With a codec, the batches that were compressed before tell how
   *  many records become that. A larger record gets a batch of its own (`batch.size`).
   *  @defaultValue 65536 */
  readonly batchBytes?: number
  /** A batch is full with this many records.
   *  @defaultValue 10000 */
  readonly batchRecords?: number
  /** Bounds the memory of all records that have not settled, in bytes. Records that wait for it hold at most as much
   *  again (`buffer.memory`).
   *  @defaultValue 33554432 */
  readonly bufferBytes?: number
  /** How long a record may wait for metadata and memory together, in ms (`max.block.ms`).
   *  @defaultValue 60000 */
  readonly maxBlockMs?: number
  /** A batch settles within this time of its first record, in ms (`delivery.timeout.ms`).
   *  @defaultValue 120000 */
  readonly deliveryTimeoutMs?: number
  /** Compresses batches (`compression.type`).
   *  @defaultValue none */
  readonly compression?: CompressionCodec
}

/** The defaults of all options but `compression`, which has none. */
export const accumulatorDefaults: Required<Omit<AccumulatorOptions, 'compression'>> = {
  lingerMs: 0,
  batchBytes: 65_536,
  batchRecords: 10_000,
  bufferBytes: 33_554_432,
  maxBlockMs: 60_000,
  deliveryTimeoutMs: 120_000,
}

export type ResolvedAccumulatorOptions = typeof accumulatorDefaults & {
  readonly compression: CheckedCodec | null
}

/** The lowest number that makes sense for each option. */
const lowest: typeof accumulatorDefaults = {
  lingerMs: 0,
  batchBytes: 1_024,
  batchRecords: 1,
  bufferBytes: 65_536,
  maxBlockMs: 0,
  deliveryTimeoutMs: 1,
}

/** @throws KafkaError INVALID_OPTION */
export function resolveAccumulatorOptions(options: AccumulatorOptions): ResolvedAccumulatorOptions {
  const number = (name: keyof typeof lowest): number => {
    const value = options[name] ?? accumulatorDefaults[name]
    if (Number.isFinite(value) && value >= lowest[name]) return value
    throw invalid(`${name} is ${value}; give a number of at least ${lowest[name]}`)
  }
  const resolved = {
    lingerMs: number('lingerMs'),
    batchBytes: number('batchBytes'),
    batchRecords: number('batchRecords'),
    bufferBytes: number('bufferBytes'),
    maxBlockMs: number('maxBlockMs'),
    deliveryTimeoutMs: number('deliveryTimeoutMs'),
    compression: options.compression === undefined ? null : new CheckedCodec(options.compression),
  }
  if (resolved.bufferBytes >= resolved.batchBytes) return resolved
  throw invalid(
    `bufferBytes (${resolved.bufferBytes}) is below batchBytes (${resolved.batchBytes}): a batch would never fit; raise bufferBytes or lower batchBytes`,
  )
}

function invalid(problem: string): KafkaError {
  return new KafkaError('INVALID_OPTION', problem)
}
