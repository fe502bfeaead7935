import { pick, type Random } from './random.js'

/** Larger ones are cut: the interesting ways through a decoder are found with small inputs, many a second. */
const maxBytes = 2_048

/** One to four changes of valid bytes. `other` is what a splice takes the second half from. */
export function mutate(random: Random, valid: Buffer, other: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(valid)
  for (let left = 1 + random(4); left > 0; left--)
    bytes = pick(random, changes)(random, bytes, other)
  return bytes.subarray(0, maxBytes)
}

type Change = (random: Random, bytes: Buffer, other: Buffer) => Buffer

const changes: readonly Change[] = [
  flipBits,
  overwriteByte,
  overwriteInt16,
  overwriteInt32,
  overwriteInt32,
  insertVarint,
  insertVarint,
  cut,
  remove,
  splice,
  repeat,
  insertZeros,
]

function flipBits(random: Random, bytes: Buffer): Buffer {
  if (bytes.length === 0) return bytes
  for (let left = 1 + random(8); left > 0; left--) bytes[random(bytes.length)]! ^= 1 << random(8)
  return bytes
}

function overwriteByte(random: Random, bytes: Buffer): Buffer {
  if (bytes.length > 0)
    bytes[random(bytes.length)] = pick(random, [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff])
  return bytes
}

/** Lengths and codes. */
function overwriteInt16(random: Random, bytes: Buffer): Buffer {
  if (bytes.length < 2) return bytes
  const value = pick(random, [-1, -2, 0x7fff, -0x8000, 35, bytes.length, bytes.length + 1])
  bytes.writeInt16BE(value, random(bytes.length - 1))
  return bytes
}

/** Counts and lengths, also ones that are all but right. */
function overwriteInt32(random: Random, bytes: Buffer): Buffer {
  if (bytes.length < 4) return bytes
  const at = random(bytes.length - 3)
  const left = bytes.length - at - 4
  const wild = [-1, -2, 0x7fffffff, -0x80000000, 0x00ffffff, 1 << 20]
  bytes.writeInt32BE(pick(random, [...wild, left, left + 1, left >>> 1, left >>> 2]), at)
  return bytes
}

/** Overlong ones, huge ones, ones of zero in many bytes. */
function insertVarint(random: Random, bytes: Buffer): Buffer {
  const varint = Buffer.alloc(1 + random(12), pick(random, [0x80, 0xff, 0x81]))
  varint[varint.length - 1] = pick(random, [0, 1, 0x0f, 0x10, 0x7f, 0xff])
  return inserted(random, bytes, varint)
}

function cut(random: Random, bytes: Buffer): Buffer {
  return bytes.subarray(0, random(bytes.length + 1))
}

function remove(random: Random, bytes: Buffer): Buffer {
  const from = random(bytes.length + 1)
  const to = from + random(bytes.length - from + 1)
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
}

function splice(random: Random, bytes: Buffer, other: Buffer): Buffer {
  return Buffer.concat([cut(random, bytes), other.subarray(random(other.length + 1))])
}

function repeat(random: Random, bytes: Buffer): Buffer {
  const from = random(bytes.length + 1)
  const slice = bytes.subarray(from, from + random(64))
  return inserted(random, bytes, Buffer.concat(Array.from({ length: random(200) }, () => slice)))
}

/** Zeros are the smallest valid values of most types. */
function insertZeros(random: Random, bytes: Buffer): Buffer {
  return inserted(random, bytes, Buffer.alloc(random(pick(random, [16, maxBytes]))))
}

function inserted(random: Random, bytes: Buffer, more: Buffer): Buffer {
  const at = random(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
}
