import { Buffer } from 'node:buffer'
import { KafkaError } from '../errors.js'
import { byteLengthOf, copyBytes } from '../primitives/bytes.js'
import { lengthVarintSize, writeLength, writeVarlong } from '../primitives/varint.js'
import type { FlatHeaders } from './headers.js'
import { recordSize, recordSizeBound } from './record-size.js'

/**
 * Writes the records of one batch, once, straight into the memory they leave from.
 *
 * The hot path of the producer: no object and no closure for a record, numbers instead of BigInt, and text
 * written before its length is known. The length is guessed from the number of UTF-16 units, which is exact for
 * ASCII; only where the guess needs another number of bytes is what was written moved.
 */
export class RecordBatchBuilder {
  #storage: ArrayBuffer
  #target: Buffer
  #position = 0
  #count = 0
  #baseTimestamp = -1
  #maxTimestamp = -1

  /** @param storage - holds the records from its first byte on; the builder's until the batch has settled */
  constructor(storage: ArrayBuffer) {
    this.#storage = storage
    this.#target = Buffer.from(storage)
  }

  /** The memory that holds the records now. */
  get storage(): ArrayBuffer {
    return this.#storage
  }

  /** Records. */
  get count(): number {
    return this.#count
  }

  /** Bytes written. */
  get bytes(): number {
    return this.#position
  }

  /** Bytes there is room for, the written ones included. */
  get capacity(): number {
    return this.#target.length
  }

  /** Milliseconds: the first record's time, −1 before there is one. */
  get baseTimestamp(): number {
    return this.#baseTimestamp
  }

  /** Milliseconds: the latest time of a record, −1 before there is one. */
  get maxTimestamp(): number {
    return this.#maxTimestamp
  }

  /**
   * Adds a record. The caller has made sure that `recordSizeBound` or `recordSize` of it fits.
   *
   * @param timestamp - milliseconds
   * @param headers - null where there are none
   * @returns the bytes written
   * @throws KafkaError ILLEGAL_STATE where there is too little room; nothing has been added then
   */
  append(
    timestamp: number,
    key: string | Uint8Array | null,
    value: string | Uint8Array | null,
    headers: FlatHeaders | null,
  ): number {
    const start = this.#position
    const room = this.#target.length - start
    if (recordSizeBound(key, value, headers) > room) refuseOver(room, key, value, headers)
    const isFirst = this.#count === 0
    const delta = isFirst ? 0 : timestamp - this.#baseTimestamp
    const body = start + lengthVarintSize(likelySize(key, value))
    const bodyEnd = writeBody(this.#target, body, delta, this.#count, key, value, headers)
    const end = putLength(this.#target, start, body, bodyEnd)
    // Bytes may be longer than they said, and what is written behind the memory is lost without an error.
    if (end > this.#target.length) throw tooLittleRoom(end - start, room)
    // Bytes whose memory is gone have thrown by now, too: what follows counts only records that are written.
    this.#position = end
    // Written only where they change: each write of such a number allocates it.
    if (isFirst) this.#baseTimestamp = this.#maxTimestamp = timestamp
    else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
    this.#count++
    return end - start
  }

  /** Goes on in larger memory: what is written is copied there, `storage` is free for other uses. */
  moveTo(storage: ArrayBuffer): void {
    if (storage.byteLength < this.#position) {
      throw new KafkaError('ILLEGAL_STATE', `${this.#position} bytes written, no room to move to`)
    }
    const target = Buffer.from(storage)
    target.set(this.payload())
    this.#storage = storage
    this.#target = target
  }

  /** What is written: a view, which a later append does not change. */
  payload(): Uint8Array {
    return this.#target.subarray(0, this.#position)
  }
}

function refuseOver(
  room: number,
  key: string | Uint8Array | null,
  value: string | Uint8Array | null,
  headers: FlatHeaders | null,
): void {
  const size = recordSize(key, value, headers)
  if (size > room) throw tooLittleRoom(size, room)
}

function tooLittleRoom(size: number, room: number): KafkaError {
  const detail = `a record of ${size} bytes, room for ${room}`
  return new KafkaError('ILLEGAL_STATE', detail, { persisted: 'no' })
}

/** Near enough to give the length's varint its right size almost always; eight is a record's usual overhead. */
function likelySize(key: string | Uint8Array | null, value: string | Uint8Array | null): number {
  return 8 + (key === null ? 0 : key.length) + (value === null ? 0 : value.length)
}

function writeBody(
  target: Buffer,
  start: number,
  timestampDelta: number,
  offsetDelta: number,
  key: string | Uint8Array | null,
  value: string | Uint8Array | null,
  headers: FlatHeaders | null,
): number {
  target[start] = 0
  let position = start + 2
  // Nearly always one byte, which is written here since V8 does not inline the call.
  if (timestampDelta >= 0 && timestampDelta < 64) target[start + 1] = timestampDelta << 1
  else position = writeVarlong(target, start + 1, timestampDelta)
  position = writeLength(target, position, offsetDelta)
  position = writeField(target, position, key)
  position = writeField(target, position, value)
  if (headers === null) {
    target[position] = 0
    return position + 1
  }
  position = writeLength(target, position, headers.length >>> 1)
  for (let index = 0; index < headers.length; index++) {
    position = writeField(target, position, headers[index]!)
  }
  return position
}

function writeField(target: Buffer, position: number, field: string | Uint8Array | null): number {
  if (field === null) {
    target[position] = 1
    return position + 1
  }
  if (typeof field === 'string') return writeText(target, position, field)
  // The length that `set` copies by, whatever the bytes say of themselves: between them no other bytes may leave.
  const length = byteLengthOf(field)
  const body = writeLength(target, position, length)
  copyBytes(target, field, body)
  return body + length
}

/** Text of at most so many units is written unit by unit: a call of `write` costs about as much as twenty of them. */
const shortText = 24

/** Writes UTF-8 behind its length. */
function writeText(target: Buffer, position: number, text: string): number {
  const { length } = text
  if (length <= shortText) {
    // One look at all units in the end is cheaper than one at each; what is wrong by then is written over.
    let units = 0
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index)
      units |= unit
      target[position + 1 + index] = unit
    }
    if (units < 0x80) return writeLength(target, position, length) + length
  }
  const body = position + lengthVarintSize(length)
  return putLength(target, position, body, body + target.write(text, body))
}

/** Puts the length before what stands from `body` to `end`, which it moves where the room left is not right. */
function putLength(target: Buffer, start: number, body: number, end: number): number {
  const length = end - body
  const rightBody = start + lengthVarintSize(length)
  if (rightBody !== body) target.copyWithin(rightBody, body, end)
  writeLength(target, start, length)
  return rightBody + length
}
