import type { KafkaError, RecordMetadata } from '@sluice/protocol'

/** How each record ended, by its place in the input. The arrays hold numbers, so no object is allocated for a record. */
export class Deliveries {
  readonly partitions: Int32Array
  readonly offsets: BigInt64Array
  /** From `enqueue` to the acknowledgement. */
  readonly latenciesMs: Float64Array
  acknowledged = 0
  /** The first record that failed. */
  failure: { readonly index: number; readonly error: KafkaError } | null = null

  constructor(count: number) {
    this.partitions = new Int32Array(count).fill(-1)
    this.offsets = new BigInt64Array(count).fill(-1n)
    this.latenciesMs = new Float64Array(count)
  }

  get count(): number {
    return this.partitions.length
  }

  /** The record is about to be sent. Its latency holds the start until the end is known. */
  begin(index: number): void {
    this.latenciesMs[index] = performance.now()
  }

  /** A delivery callback for every record; the context is the record's place. */
  readonly settle = (
    error: KafkaError | null,
    metadata: RecordMetadata | null,
    index: number,
  ): void => {
    if (error !== null) this.failure ??= { index, error }
    if (metadata === null) return
    this.latenciesMs[index] = performance.now() - this.latenciesMs[index]!
    this.partitions[index] = metadata.partition
    this.offsets[index] = metadata.offset
    this.acknowledged++
  }
}
