import { Buffer } from 'node:buffer'
import { maxVarintBytes, maxVarlongBytes } from '../primitives/varint.js'
import type { FlatHeaders } from './headers.js'

/**
 * At least the bytes a record takes, without a look at its text: three bytes for each UTF-16 unit.
 * @param headers - null where there are none
 */
export function recordSizeBound(
  key: string | Uint8Array | null,
  value: string | Uint8Array | null,
  headers: FlatHeaders | null,
): number {
  const size = fixedBytes + bound(key) + bound(value)
  return headers === null ? size : size + headersSize(headers, bound)
}

/** As {@link recordSizeBound}, but with the UTF-8 counted: over the record's true size by some bytes of varints. */
export function recordSize(
  key: string | Uint8Array | null,
  value: string | Uint8Array | null,
  headers: FlatHeaders | null,
): number {
  const size = fixedBytes + exact(key) + exact(value)
  return headers === null ? size : size + headersSize(headers, exact)
}

/** Attributes, the delta of the time, and five varints: length, delta of the offset, key, value, headers. */
const fixedBytes = 1 + maxVarlongBytes + 5 * maxVarintBytes

function headersSize(headers: FlatHeaders, sizeOf: typeof bound): number {
  let size = headers.length * maxVarintBytes
  for (let index = 0; index < headers.length; index++) size += sizeOf(headers[index]!)
  return size
}

function bound(field: string | Uint8Array | null): number {
  if (field === null) return 0
  return typeof field === 'string' ? 3 * field.length : field.length
}

function exact(field: string | Uint8Array | null): number {
  if (field === null) return 0
  return typeof field === 'string' ? Buffer.byteLength(field) : field.length
}
