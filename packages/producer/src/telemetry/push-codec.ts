import * as zlib from 'node:zlib'

type Compress = (metrics: Uint8Array) => Uint8Array

/** Compresses a push. */
export interface PushCodec {
  /** The number of the codec as in record batches; 0 for none. */
  readonly id: number
  readonly compress: Compress
}

const none: PushCodec = { id: 0, compress: (metrics) => metrics }
const gzip: PushCodec = { id: 1, compress: (metrics) => zlib.gzipSync(metrics) }

/** The codecs that need no library. Node has zstd since 22.15, and older type definitions do not know it. */
const codecs: readonly PushCodec[] = [none, gzip, ...zstdOfNode()]

/** The first of these codecs that there is; none where there is none, which every broker takes. */
export function pushCodec(accepted: readonly number[]): PushCodec {
  for (const id of accepted) {
    const known = codecs.find((codec) => codec.id === id)
    if (known !== undefined) return known
  }
  return none
}

function zstdOfNode(): PushCodec[] {
  const { zstdCompressSync } = zlib as { zstdCompressSync?: Compress }
  return zstdCompressSync === undefined ? [] : [{ id: 4, compress: zstdCompressSync }]
}
