const polynomial = 0xedb88320

let table: Int32Array | undefined

/**
 * CRC-32 of IEEE 802.3, as an unsigned 32-bit integer. `node:zlib` has it, too, but one call of it costs as much as 30
 * bytes do here, and keys are short.
 */
export function crc32(bytes: Uint8Array): number {
  table ??= makeTable()
  let crc = -1
  for (let i = 0; i < bytes.length; i++) {
    crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  }
  return ~crc >>> 0
}

function makeTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    return crc
  })
}
