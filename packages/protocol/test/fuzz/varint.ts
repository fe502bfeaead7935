/** Writes an unsigned varint and gives the position behind it. */
export function writeVarint(bytes: Buffer, start: number, value: number): number {
  let at = start
  for (let rest = value; ; rest >>>= 7) {
    bytes[at++] = rest > 0x7f ? (rest & 0x7f) | 0x80 : rest
    if (rest <= 0x7f) return at
  }
}
