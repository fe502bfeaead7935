import { type CheckedCodec, inMicrotask, KafkaError } from '@sluice/protocol'
import type { QueueBatch } from './queue-batch.js'

/** Called once the batch is as it will be sent, or with the codec's failure. */
type Compressed = (batch: QueueBatch, failure: KafkaError | null) => void

/**
 * Gives batches to the codec at the end of the task, or before the queue looks what can be sent, and never where they are
 * sealed: the front is in the middle of an append there, and the codec is code of the user, which may send, flush, close and
 * abort.
 */
export class Compression {
  readonly #codec: CheckedCodec
  readonly #compressed: Compressed
  #waiting: QueueBatch[] = []
  /**
   * Whether the codec has failed since the queue looked. The callers may send again at once, and fail again at once: those
   * batches wait for the queue, which the sender lets look once a turn.
   */
  #failed = false

  constructor(codec: CheckedCodec, compressed: Compressed) {
    this.#codec = codec
    this.#compressed = compressed
  }

  add(batch: QueueBatch): void {
    batch.compressing = true
    if (this.#waiting.push(batch) === 1 && !this.#failed) inMicrotask(() => this.run())
  }

  /** What the codec sends meanwhile waits for the next run. */
  run(): void {
    this.#failed = false
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const batch of waiting) {
      if (batch.settled) batch.compressing = false
      else this.#compress(batch)
    }
  }

  #compress(batch: QueueBatch): void {
    batch.withCodec = true
    const output = this.#attempt(batch.records)
    if (!(output instanceof Promise)) return this.#finish(batch, output)
    output.then(
      (bytes) => this.#finish(batch, bytes),
      (cause: unknown) => this.#fail(batch, cause),
    )
  }

  /** A failure always comes later, as a rejection: the sender looks at the queue now, which is no place to settle records. */
  #attempt(records: Uint8Array): Uint8Array | null | Promise<Uint8Array | null> {
    try {
      return this.#codec.compress(records)
    } catch (cause) {
      return Promise.reject(cause)
    }
  }

  /** What would not be smaller is sent as it is. */
  #finish(batch: QueueBatch, output: Uint8Array | null): void {
    if (output !== null) {
      batch.payload = output
      batch.codecId = this.#codec.id
    }
    this.#end(batch, null)
  }

  #fail(batch: QueueBatch, cause: unknown): void {
    this.#failed = true
    const { topic, partition } = batch
    const detail = `codec ${this.#codec.name} failed on a batch of ${batch.count} records (${batch.recordBytes} bytes)`
    const fields = { cause, topic, partition, persisted: 'no' } as const
    this.#end(batch, new KafkaError('CODEC_FAILED', detail, fields))
  }

  #end(batch: QueueBatch, failure: KafkaError | null): void {
    batch.compressing = batch.withCodec = false
    this.#compressed(batch, failure)
  }
}
