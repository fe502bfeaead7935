/** The frames in a stream of bytes. Each begins with its length in four bytes. */
export async function* frames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let bytes: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    bytes = Buffer.concat([bytes, chunk])
    for (let end = frameEnd(bytes); end <= bytes.length; end = frameEnd(bytes)) {
      yield bytes.subarray(lengthBytes, end)
      bytes = bytes.subarray(end)
    }
  }
}

const lengthBytes = 4

/** Where the first frame ends, or Infinity while its length has not come. */
function frameEnd(bytes: Buffer): number {
  return bytes.length < lengthBytes ? Infinity : lengthBytes + bytes.readInt32BE()
}
