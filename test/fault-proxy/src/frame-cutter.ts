const prefixBytes = 4

/** Cuts a stream of bytes into frames, without their lengths. Trusts both ends: this is for tests. */
export class FrameCutter {
  #rest: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = []
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (bytes.length >= prefixBytes) {
      const end = prefixBytes + bytes.readInt32BE(0)
      if (bytes.length < end) break
      frames.push(bytes.subarray(prefixBytes, end))
      bytes = bytes.subarray(end)
    }
    this.#rest = bytes
    return frames
  }
}

export function framed(frame: Uint8Array): Buffer {
  const prefix = Buffer.alloc(prefixBytes)
  prefix.writeInt32BE(frame.length)
  return Buffer.concat([prefix, frame])
}
