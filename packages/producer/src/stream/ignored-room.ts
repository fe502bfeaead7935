import { byteLengthOf, isBytes, KafkaError, type ProducerRecord } from '@sluice/protocol'

/** About what an object of a record, and its place in the stream, take beside key and value. */
const recordBytes = 256

/** Bounds what a program writes into a stream although the producer has no room. The stream keeps it, uncopied. */
export class IgnoredRoom {
  readonly #maxBytes: number
  #bytes = 0
  #count = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** A record begins to wait. @returns BUFFER_FULL where that is too much */
  add(record: ProducerRecord): KafkaError | null {
    const bytes = this.#bytes + sizeOf(record)
    if (bytes > this.#maxBytes) return this.#full()
    this.#bytes = bytes
    this.#count++
    return null
  }

  /** A record goes on to the producer. Records come out in the order in which they were added; others were never added. */
  remove(record: ProducerRecord): void {
    if (this.#count === 0) return
    this.#count--
    this.#bytes = this.#count === 0 ? 0 : Math.max(0, this.#bytes - sizeOf(record))
  }

  #full(): KafkaError {
    const detail = `${this.#count} records wait in the stream, and with the next one they would take more than bufferBytes (${this.#maxBytes}): write() was called although it had returned false; wait for 'drain', or use pipeline, which does`
    return new KafkaError('BUFFER_FULL', detail, { persisted: 'no' })
  }
}

/** A record that is written may be anything, and reading it may throw: its producer tells of that later. */
function sizeOf(record: ProducerRecord): number {
  try {
    return recordBytes + lengthOf(record.key) + lengthOf(record.value)
  } catch {
    return recordBytes
  }
}

function lengthOf(field: unknown): number {
  if (typeof field === 'string') return field.length
  return isBytes(field) ? byteLengthOf(field) : 0
}
