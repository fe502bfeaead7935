import type { CompressionCodec } from '@sluice/protocol'

/** A codec that changes nothing. After `failNext()` it fails once, or as often as it is told. */
export function failingCodec(): {
  readonly compression: CompressionCodec
  failNext(times?: number): void
} {
  let failures = 0
  const compression: CompressionCodec = {
    id: 1,
    name: 'gzip',
    compress: (input) => {
      if (failures-- > 0) throw new Error('out of memory')
      return input
    },
    decompress: (input) => input,
  }
  return { compression, failNext: (times = 1) => void (failures = times) }
}
