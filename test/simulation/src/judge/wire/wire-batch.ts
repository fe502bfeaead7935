import { ByteReader, type ErrorCode, readBatchHeader, readRecords } from '@sluice/protocol'
import { decompressed } from '../../wire/run-length-codec.js'

/** A batch as a request held it. */
export interface WireBatch {
  /** The topic, by its id or its name, and the number of the partition. */
  readonly place: string
  readonly node: number
  readonly connection: number
  /** Which leader of which topic the producer had been told of. */
  readonly leader: string
  readonly producerId: bigint
  readonly epoch: number
  readonly sequence: number
  /** The numbers of its records. */
  readonly ids: readonly number[]
  readonly bytes: Uint8Array
}

/** What a broker answers for a batch. */
export interface BatchAnswer {
  /** Null for an OK. */
  readonly code: ErrorCode | null
  readonly offset: bigint
}

/** Where a batch was seen. */
export type Seen = Pick<WireBatch, 'place' | 'node' | 'connection' | 'leader'>

export function wireBatch(seen: Seen, bytes: Uint8Array): WireBatch {
  const batch = readBatchHeader(new ByteReader(bytes))
  const { producerId, producerEpoch: epoch, baseSequence: sequence } = batch
  const payload = batch.codecId === 0 ? batch.payload : decompressed(batch.payload)
  const ids = [...readRecords(batch, payload)].map(({ value }) => Number.parseInt(String(value)))
  return { ...seen, producerId, epoch, sequence, ids, bytes }
}
