const page = 65_536

/** `length` bytes like those of a batch of orders, with much repetition. */
export function orders(length: number): Uint8Array {
  let text = ''
  for (let i = 0; text.length < Math.min(length, page); i++) text += order(i)
  const bytes = new Uint8Array(length)
  const one = new TextEncoder().encode(text).subarray(0, page)
  for (let at = 0; at < length; at += page) bytes.set(one.subarray(0, length - at), at)
  return bytes
}

function order(i: number): string {
  const id = (i * 7919) % 100_003
  return `{"id":"o-${id}","customer":"c-${i % 311}","total":${(id * 37) % 9973},"state":"open"}\n`
}

/** `length` bytes without repetition, the same at every call (xorshift). */
export function noise(length: number, seed = 2_463_534_242): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed | 0
  for (let at = 0; at < length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state >>> 8
  }
  return bytes
}

/** A copy of `bytes` that begins at an odd place of a larger buffer, and that buffer. */
export function viewOf(bytes: Uint8Array): { view: Uint8Array; whole: Uint8Array } {
  const whole = new Uint8Array(bytes.length + 26).fill(0xa5)
  whole.set(bytes, 13)
  return { view: whole.subarray(13, 13 + bytes.length), whole }
}
