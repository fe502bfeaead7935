import { loadPlatformatic } from '../installed.js'

/** The parts of `@platformatic/kafka` that are compared. Its batches take only bytes; its producer encodes text before. */
export interface Platformatic {
  createRecordsBatch(
    messages: PlatformaticMessage[],
    options: { producerId: bigint },
  ): { readonly buffer: Buffer }
  crc32c(bytes: Buffer): number
  readonly compressionsAlgorithms: Readonly<Record<string, PlatformaticCompression>>
}

export interface PlatformaticMessage {
  readonly key: Buffer | undefined
  readonly value: Buffer
  readonly headers: Map<Buffer, Buffer> | undefined
  readonly timestamp: bigint
}

export interface PlatformaticCompression {
  readonly available: boolean
  compressSync(bytes: Buffer): Buffer
  decompressSync(bytes: Buffer): Buffer
}

/** Null when it cannot be installed. */
export function platformatic(): Promise<Platformatic | null> {
  return loadPlatformatic<Platformatic>()
}
