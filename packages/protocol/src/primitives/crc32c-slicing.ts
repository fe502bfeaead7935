/**
 * The state of a CRC-32C after more bytes, in JavaScript: for short inputs, and where there is no WebAssembly.
 */
export function sliceCrc(start: number, bytes: Uint8Array): number {
  const tables = slicingTables()
  let state = start
  let position = 0
  if (bytes.length >= 64 && littleEndian) {
    const toAlign = -bytes.byteOffset & 3
    state = crcOfBytes(tables, state, bytes, 0, toAlign)
    const blocks = (bytes.length - toAlign) >>> 4
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + toAlign, blocks << 2)
    state = crcOfWords(tables, state, words)
    position = toAlign + (blocks << 4)
  }
  return crcOfBytes(tables, state, bytes, position, bytes.length)
}

/** Sixteen tables of 256: table k holds what a byte becomes after k more zero bytes. */
export function slicingTables(): Int32Array {
  return (tablesOnceMade ??= makeTables())
}

const polynomial = 0x82f63b78

/** Reading four bytes as one word gives them in the order the tables want only on such a machine. */
export const littleEndian = /* @__PURE__ */ (() =>
  new Uint8Array(new Uint32Array([1]).buffer)[0] === 1)()

let tablesOnceMade: Int32Array | undefined

function makeTables(): Int32Array {
  const tables = new Int32Array(16 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
    tables[byte] = value
  }
  for (let index = 256; index < tables.length; index++) {
    const shorter = tables[index - 256]!
    tables[index] = (shorter >>> 8) ^ tables[shorter & 0xff]!
  }
  return tables
}

function crcOfBytes(
  tables: Int32Array,
  start: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  let state = start
  for (let index = from; index < to; index++) {
    state = tables[(state ^ bytes[index]!) & 0xff]! ^ (state >>> 8)
  }
  return state
}

/** Sixteen bytes a step ("slicing by 16"): a table for each byte, so that the look-ups do not wait for each other. */
function crcOfWords(tables: Int32Array, start: number, words: Int32Array): number {
  let state = start
  for (let index = 0; index < words.length; index += 4) {
    const a = words[index]! ^ state
    const b = words[index + 1]!
    const c = words[index + 2]!
    const d = words[index + 3]!
    state =
      tables[3840 | (a & 0xff)]! ^
      tables[3584 | ((a >>> 8) & 0xff)]! ^
      tables[3328 | ((a >>> 16) & 0xff)]! ^
      tables[3072 | (a >>> 24)]! ^
      tables[2816 | (b & 0xff)]! ^
      tables[2560 | ((b >>> 8) & 0xff)]! ^
      tables[2304 | ((b >>> 16) & 0xff)]! ^
      tables[2048 | (b >>> 24)]! ^
      tables[1792 | (c & 0xff)]! ^
      tables[1536 | ((c >>> 8) & 0xff)]! ^
      tables[1280 | ((c >>> 16) & 0xff)]! ^
      tables[1024 | (c >>> 24)]! ^
      tables[768 | (d & 0xff)]! ^
      tables[512 | ((d >>> 8) & 0xff)]! ^
      tables[256 | ((d >>> 16) & 0xff)]! ^
      tables[d >>> 24]!
  }
  return state
}
