import type { CompressionCodec } from '@sluice/producer'

/** The names of the codecs. */
export const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** Loads a codec, and its library with it, only where it is used. */
export async function codecNamed(
  name: (typeof codecNames)[number],
): Promise<CompressionCodec | undefined> {
  switch (name) {
    case 'gzip':
      return (await import('@sluice/protocol/gzip')).gzip()
    case 'zstd':
      return (await import('@sluice/protocol/zstd')).zstd()
    case 'snappy':
      return (await import('@sluice/codec-snappy')).snappy()
    case 'lz4':
      return (await import('@sluice/codec-lz4')).lz4()
    default:
      return undefined
  }
}
