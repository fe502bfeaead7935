import { Buffer } from 'node:buffer'
import { crc32cModule } from './crc32c-module.js'
import { littleEndian, slicingTables } from './crc32c-slicing.js'

/** The state of a CRC (its complement) after more bytes. */
export type CrcStep = (state: number, bytes: Uint8Array) => number

/**
 * CRC-32C in WebAssembly with SIMD, some five times as fast as in JavaScript: see `crc32c.wat`.
 *
 * @returns null where WebAssembly or its SIMD is missing
 */
export function startFolding(): CrcStep | null {
  const folding = littleEndian ? instantiate() : null
  if (folding === null) return null
  const { buffer } = folding.memory
  new Int32Array(buffer).set(slicingTables())
  const memory = new Uint8Array(buffer)
  // A closure over constants, and no view of what fits at once: short inputs are most of the calls.
  return (state, bytes) => {
    if (bytes.length > capacity) return foldParts(folding, memory, state, bytes)
    memory.set(bytes, layout.data)
    return folding.finish(state, bytes.length)
  }
}

/** What `crc32c.wat` exports. */
interface Folding {
  readonly memory: { readonly buffer: ArrayBuffer }
  absorb(state: number, length: number): void
  finish(state: number, length: number): number
}

/** Of the memory, as `crc32c.wat` describes it. */
const layout = { history: 16_384, data: 17_232 } as const

/** Bytes folded at a time: with their copy they stay in the processor's nearer caches. */
const partBytes = 32_768
/** The fewest that may be left for the last part. */
const lastBytes = 2_048
const capacity = partBytes + lastBytes

function foldParts(folding: Folding, memory: Uint8Array, start: number, bytes: Uint8Array): number {
  let state = start
  let position = 0
  while (bytes.length - position > capacity) {
    memory.set(bytes.subarray(position, position + partBytes), layout.data)
    folding.absorb(state, partBytes)
    position += partBytes
    // It is in the folded bytes now.
    state = 0
  }
  memory.set(bytes.subarray(position), layout.data)
  state = folding.finish(state, bytes.length - position)
  memory.fill(0, layout.history, layout.data)
  return state
}

// TypeScript has WebAssembly's types in `dom` only.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** At once, not with a promise: the module is small, and the first batch need not wait. */
function instantiate(): Folding | null {
  try {
    const module = new WebAssembly.Module(Buffer.from(crc32cModule, 'base64'))
    return new WebAssembly.Instance(module).exports as Folding
  } catch {
    return null
  }
}
