import { Buffer } from 'node:buffer'
import { readBytes } from '../command-line/secret-file.js'
import { UsageError } from '../usage-error.js'
import type { PerfValues } from './perf-options.js'

/** So many different values are made at most, and they take no more memory than this. */
const mostValues = 4096
const mostBytes = 16_777_216
const newline = 10

/**
 * The values of the load, which follow each other over and over. Values that are all the same would compress to nothing, and say
 * nothing of a codec or a network.
 *
 * @throws UsageError for a file that cannot be read, or holds nothing
 */
export function payloadsOf({
  payload,
  payloadFile,
  recordBytes,
}: Pick<PerfValues, 'payload' | 'payloadFile' | 'recordBytes'>): Buffer[] {
  if (payloadFile !== undefined) return linesOf(payloadFile)
  const count = Math.max(2, Math.min(mostValues, Math.floor(mostBytes / recordBytes)))
  const random = pseudoRandom()
  const make = payload === 'random' ? randomBytes : orders
  return Array.from({ length: count }, (_, number) => make(recordBytes, number, random))
}

/** The keys of the load, or null where records have none. */
export function keysOf({ keys }: PerfValues): string[] | null {
  return keys === 0 ? null : Array.from({ length: keys }, (_, number) => `key-${number}`)
}

function linesOf(path: string): Buffer[] {
  const bytes = readBytes('--payload-file', path)
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length;) {
    const at = bytes.indexOf(newline, from)
    const to = at === -1 ? bytes.length : at
    if (to > from) lines.push(bytes.subarray(from, to))
    from = to + 1
  }
  if (lines.length === 0) throw new UsageError(`the file ${path} of --payload-file has no lines`)
  return lines
}

type Random = () => number

/** Numbers from 0 up to 1, the same in each run, so that two runs send the same (mulberry32). */
function pseudoRandom(): Random {
  let state = 17
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function randomBytes(length: number, _number: number, random: Random): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at++) bytes[at] = whole(random, 256)
  return bytes
}

/** The beginning of an order as JSON, with as many items as the length needs. */
function orders(length: number, number: number, random: Random): Buffer {
  let text = `{"order":"o-${number}","customer":${whole(random, 100_000)},"items":[`
  for (let first = true; text.length < length; first = false)
    text += `${first ? '' : ','}{"sku":"s-${whole(random, 10_000)}","count":${1 + whole(random, 9)},"cents":${whole(random, 50_000)}}`
  return Buffer.from(`${text}]}`).subarray(0, length)
}

function whole(random: Random, below: number): number {
  return Math.floor(random() * below)
}
