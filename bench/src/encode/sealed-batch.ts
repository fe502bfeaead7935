import { encodeBatchHeader, type RecordBatchBuilder } from '@sluice/protocol'

/** A batch as a socket is given it: its header, which each attempt makes again, and its records. */
export function sealed(batch: RecordBatchBuilder): [header: Uint8Array, payload: Uint8Array] {
  const { count, baseTimestamp, maxTimestamp } = batch
  const payload = batch.payload()
  const fields = { count, baseTimestamp, maxTimestamp, codecId: 0, transactional: false } as const
  const producer = { producerId: 7n, producerEpoch: 0, baseSequence: 0 }
  return [encodeBatchHeader({ ...fields, ...producer }, payload), payload]
}
