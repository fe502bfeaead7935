import { ByteReader, readBatchHeader, readRecords } from '@sluice/protocol'

/** The partition to which a batch was sent. */
export interface BatchPlace {
  readonly topic: string
  /** `zeroUuid` when the request names topics by name. */
  readonly topicId: string
  readonly partition: number
}

/** One batch as a request held it. */
export interface WireBatch extends BatchPlace {
  readonly producerId: bigint
  readonly epoch: number
  readonly sequence: number
  readonly count: number
  readonly values: string[]
  readonly bytes: Buffer
}

export function wireBatch(place: BatchPlace, bytes: Buffer): WireBatch {
  const batch = readBatchHeader(new ByteReader(bytes))
  const values = [...readRecords(batch, batch.payload)].map(({ value }) => String(value))
  const { producerId, producerEpoch: epoch, baseSequence: sequence, count } = batch
  return { ...place, producerId, epoch, sequence, count, values, bytes }
}
