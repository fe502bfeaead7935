import {
  CheckedCodec,
  type CompressionCodec,
  KafkaError,
  longestTimerMs,
  numberOption,
  wholeOption,
} from '@sluice/protocol'

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

/** @throws KafkaError INVALID_OPTION */
export function resolveAccumulatorOptions(options: AccumulatorOptions): ResolvedAccumulatorOptions {
  const given = (name: keyof typeof accumulatorDefaults): unknown => {
    const { [name]: value = accumulatorDefaults[name] } = options
    return value
  }
  const ms = (name: keyof typeof accumulatorDefaults, min: number): number =>
    numberOption(name, given(name), min, longestTimerMs)
  const count = (name: keyof typeof accumulatorDefaults, min: number, max: number): number =>
    wholeOption(name, given(name), min, max)
  const resolved = {
    lingerMs: ms('lingerMs', 0),
    batchBytes: count('batchBytes', 1_024, 1_073_741_824),
    batchRecords: count('batchRecords', 1, 2_147_483_647),
    // A terabyte: more than any process has.
    bufferBytes: count('bufferBytes', 65_536, 1_099_511_627_776),
    maxBlockMs: ms('maxBlockMs', 0),
    deliveryTimeoutMs: ms('deliveryTimeoutMs', 1),
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
