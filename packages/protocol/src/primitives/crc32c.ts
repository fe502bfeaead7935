import { startFolding, type CrcStep } from './crc32c-folding.js'
import { sliceCrc } from './crc32c-slicing.js'

/**
 * CRC-32C (Castagnoli), the checksum of record batches.
 *
 * @param crc - the CRC of what comes before, so that `crc32c(b, crc32c(a))` is the CRC of a and b
 * @returns 0 to 2³² − 1
 */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  if (bytes.length < shortBytes) return ~sliceCrc(~crc, bytes) >>> 0
  const step = (fastest ??= startFolding() ?? sliceCrc)
  return ~step(~crc, bytes) >>> 0
}

/** Below, the call into WebAssembly and the copy cost more than they save (measured on Node 20 and 24). */
const shortBytes = 32

/** Chosen at the first use, so that importing costs nothing. */
let fastest: CrcStep | undefined
