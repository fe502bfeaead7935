import { zeroUuid } from '../../src/index.js'
import { writeVarint } from './varint.js'

/** A message of any size: one array in it is full of the smallest items there are. */
export interface SwollenShape {
  /** The names of the fields that lead to the array. */
  readonly path: string
  /** About so many bytes. */
  frameOf(bytes: number): Buffer
}

/**
 * One shape for each array in a message, or in the version of it that is encoded.
 *
 * @param samples - values of the message, enough of them that no array is empty in all
 */
export function swollenShapes(
  samples: readonly unknown[],
  encode: (body: unknown) => Buffer,
): SwollenShape[] {
  const whole = merged(samples)
  return arraysIn(whole).flatMap((path) => {
    const frameOf = growth((count) => encode(filled(whole, path, count)))
    return frameOf === null ? [] : [{ path: path.join('.'), frameOf }]
  })
}

/** What is encoded item by item is kept short. */
const maxEncodedBytes = 1_048_576

/** Where one item more changes nothing but a count and adds the item's bytes, items are added without encoding. */
function growth(encode: (count: number) => Buffer): SwollenShape['frameOf'] | null {
  const [one, two] = [encode(1), encode(2)]
  const itemBytes = two.length - one.length
  // This version of the message lacks the array.
  if (itemBytes === 0) return null
  const at = one.findIndex((byte, index) => byte !== two[index])
  // A tagged field has its size in front, too.
  if (two[at]! - one[at]! !== 1) {
    return (bytes) => encode(Math.max(1, Math.floor(Math.min(bytes, maxEncodedBytes) / itemBytes)))
  }
  const item = two.subarray(at + 1, at + 1 + itemBytes)
  const isVarint = one[at] === 2
  return (bytes) => {
    const count = Math.max(1, Math.floor((bytes - one.length) / itemBytes))
    const head = isVarint ? one.subarray(0, at) : one.subarray(0, at - 3)
    const tail = one.subarray(at + 1 + itemBytes)
    return Buffer.concat([
      head,
      isVarint ? varint(count + 1) : int32(count),
      Buffer.alloc(count * itemBytes, item),
      tail,
    ])
  }
}

function varint(value: number): Buffer {
  const bytes = Buffer.alloc(5)
  return bytes.subarray(0, writeVarint(bytes, 0, value))
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

type Node =
  | null
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | Node[]
  | { [name: string]: Node }

/** The smallest value of each field; every array with one item. */
function merged(values: readonly unknown[]): Node {
  const given = values.filter((value) => value !== null && value !== undefined)
  const [first] = given
  if (first === undefined) return null
  if (first instanceof Uint8Array) return new Uint8Array(0)
  if (Array.isArray(first)) return [merged(given.flat())]
  if (typeof first === 'object') {
    const names = Object.keys(first)
    return Object.fromEntries(
      names.map((name) => [
        name,
        merged(given.map((one) => (one as Record<string, unknown>)[name])),
      ]),
    )
  }
  if (typeof first === 'string') return given.every(isUuid) ? zeroUuid : ''
  if (typeof first === 'bigint') return 0n
  return typeof first === 'boolean' ? false : 0
}

function isUuid(value: unknown): boolean {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(String(value))
}

/** Those of records are chunks of bytes, which are no items on the wire. */
function arraysIn(node: Node, path: readonly string[] = []): string[][] {
  if (Array.isArray(node)) {
    return node[0] instanceof Uint8Array ? [] : [[...path], ...arraysIn(node[0]!, path)]
  }
  if (!isStruct(node)) return []
  return Object.entries(node).flatMap(([name, value]) => arraysIn(value, [...path, name]))
}

/** With `count` items where the path ends, one in each array on the way, none elsewhere. */
function filled(node: Node, path: readonly string[], count: number): Node {
  if (Array.isArray(node)) {
    if (path.length === 0) return new Array<Node>(count).fill(emptied(node[0]!))
    return [filled(node[0]!, path, count)]
  }
  if (!isStruct(node)) return node
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [
      name,
      name === path[0] ? filled(value, path.slice(1), count) : emptied(value),
    ]),
  )
}

function emptied(node: Node): Node {
  if (Array.isArray(node)) return []
  if (!isStruct(node)) return node
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, emptied(value)]))
}

function isStruct(node: Node): node is { [name: string]: Node } {
  return typeof node === 'object' && node !== null && !(node instanceof Uint8Array)
}
