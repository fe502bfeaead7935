import { Buffer } from 'node:buffer'
import { byteLengthOf, type FlatHeaders } from '@sluice/protocol'
import type { RecordToAppend } from '../../../accumulator-front.js'

/** What stands before the fields: what there is, the timestamp, and then perhaps the partition and the number of header fields. */
const fixedBytes = 1 + 8
const partitionBytes = 8
const hasPartition = 1
const hasHeaders = 2
/** Before each field: its length, doubled, and 1 more for text. −1 for null. The number of header fields has as many. */
const lengthBytes = 4

type Field = string | Uint8Array | null

/** How many bytes `writeRecord` takes. */
export function recordBytes({ partition, key, value, headers }: RecordToAppend): number {
  let bytes = fixedBytes + fieldBytes(key) + fieldBytes(value)
  if (partition >= 0) bytes += partitionBytes
  if (headers === null) return bytes
  for (const field of headers) bytes += fieldBytes(field)
  return bytes + lengthBytes
}

/** Writes a record compactly, so that it can wait without the memory of its caller. @returns the end */
export function writeRecord(to: Buffer, start: number, record: RecordToAppend): number {
  const { partition, headers, key, value, timestamp } = record
  to[start] = (partition >= 0 ? hasPartition : 0) | (headers === null ? 0 : hasHeaders)
  let at = to.writeDoubleLE(timestamp, start + 1)
  if (partition >= 0) at = to.writeDoubleLE(partition, at)
  if (headers !== null) at = to.writeInt32LE(headers.length, at)
  at = writeField(to, at, key)
  at = writeField(to, at, value)
  if (headers !== null) for (const field of headers) at = writeField(to, at, field)
  return at
}

/** Reads what `writeRecord` has written. Text is text again, and bytes are a view. */
export class ReadRecord implements RecordToAppend {
  partition: number
  readonly key: Field
  readonly value: Field
  readonly headers: FlatHeaders | null
  readonly timestamp: number
  #at: number

  constructor(from: Buffer, start: number) {
    const has = from[start]!
    this.timestamp = from.readDoubleLE(start + 1)
    this.#at = start + fixedBytes
    this.partition = (has & hasPartition) === 0 ? -1 : this.#double(from)
    const fields = (has & hasHeaders) === 0 ? -1 : this.#int(from)
    this.key = this.#field(from)
    this.value = this.#field(from)
    this.headers = fields < 0 ? null : Array.from({ length: fields }, () => this.#field(from))
  }

  #double(from: Buffer): number {
    this.#at += partitionBytes
    return from.readDoubleLE(this.#at - partitionBytes)
  }

  #int(from: Buffer): number {
    this.#at += lengthBytes
    return from.readInt32LE(this.#at - lengthBytes)
  }

  #field(from: Buffer): Field {
    const length = this.#int(from)
    if (length < 0) return null
    const start = this.#at
    this.#at += length >> 1
    return (length & 1) === 1
      ? from.toString('utf8', start, this.#at)
      : from.subarray(start, this.#at)
  }
}

function fieldBytes(field: Field): number {
  if (field === null) return lengthBytes
  return lengthBytes + (typeof field === 'string' ? Buffer.byteLength(field) : byteLengthOf(field))
}

function writeField(to: Buffer, at: number, field: Field): number {
  if (field === null) return to.writeInt32LE(-1, at)
  const start = at + lengthBytes
  if (typeof field === 'string') {
    const length = to.write(field, start)
    to.writeInt32LE(2 * length + 1, at)
    return start + length
  }
  // What `set` copies, whatever a partitioner has made the bytes say of themselves since they were checked.
  const length = byteLengthOf(field)
  to.set(field, start)
  to.writeInt32LE(2 * length, at)
  return start + length
}
