/** The most bytes a 32-bit and a 64-bit varint take. */
export const maxVarintBytes = 5
export const maxVarlongBytes = 10

/** Bytes of the zigzag varint of a length (0 to 2³⁰ − 1). */
export function lengthVarintSize(length: number): number {
  if (length < 64) return 1
  if (length < 8192) return 2
  if (length < 1_048_576) return 3
  return length < 134_217_728 ? 4 : 5
}

// What follows runs several times a record: plain functions over a Buffer, small enough to be inlined, with
// the common one, two and three bytes written without a loop.

/** Writes the zigzag varint of a length (0 to 2³⁰ − 1) and returns the position behind it. */
export function writeLength(target: Buffer, position: number, length: number): number {
  const zigzag = length << 1
  if (zigzag < 0x80) {
    target[position] = zigzag
    return position + 1
  }
  if (zigzag < 0x4000) {
    target[position] = zigzag | 0x80
    target[position + 1] = zigzag >>> 7
    return position + 2
  }
  if (zigzag < 0x200000) {
    target[position] = zigzag | 0x80
    target[position + 1] = (zigzag >>> 7) | 0x80
    target[position + 2] = zigzag >>> 14
    return position + 3
  }
  return writeLongLength(target, position, zigzag)
}

/** Writes the zigzag varlong of a safe integer, negative ones included, and returns the position behind it. */
export function writeVarlong(target: Buffer, position: number, value: number): number {
  if (value >= 0 && value < 0x20000000) return writeLength(target, position, value)
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
  let at = position
  while (rest > 0x7fn) {
    target[at++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  target[at++] = Number(rest)
  return at
}

function writeLongLength(target: Buffer, position: number, zigzag: number): number {
  let rest = zigzag >>> 0
  let at = position
  while (rest > 0x7f) {
    target[at++] = rest | 0x80
    rest >>>= 7
  }
  target[at++] = rest
  return at
}
