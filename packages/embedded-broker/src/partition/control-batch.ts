import { Buffer } from 'node:buffer'
import {
  ByteReader,
  crc32c,
  encodeBatchHeader,
  readBatchHeader,
  RecordBatchBuilder,
} from '@sluice/protocol'
import type { CheckedBatch } from './stored-batch.js'

/** How the transaction of a producer ended, as the coordinator tells each of its partitions. */
export interface Marker {
  readonly producerId: bigint
  /** Under transactions of version 2 the next epoch of the producer, under version 1 that of its records. */
  readonly producerEpoch: number
  readonly committed: boolean
}

/** A control record is shorter than that. */
const roomBytes = 128

const attributesOffset = 21
const crcOffset = 17
const transactionalControl = 0x30
const noSequence = -1

/**
 * The control batch that ends a transaction in a partition: one record, whose key says in two numbers of 16 bits the
 * version 0 and the type (0 abort, 1 commit), and whose value says the version 0 and the epoch of the coordinator.
 *
 * @param timestamp Milliseconds since 1970.
 */
export function controlBatch(marker: Marker, timestamp: number): CheckedBatch {
  const { committed, producerEpoch, producerId } = marker
  const builder = new RecordBatchBuilder(new ArrayBuffer(roomBytes))
  const key = Buffer.of(0, 0, 0, committed ? 1 : 0)
  builder.append(timestamp, key, Buffer.alloc(6), null)
  const payload = builder.payload()
  const times = { baseTimestamp: timestamp, maxTimestamp: timestamp }
  const producer = { producerId, producerEpoch, baseSequence: noSequence, transactional: true }
  const header = encodeBatchHeader({ count: 1, codecId: 0, ...times, ...producer }, payload)
  const bytes = markedAsControl(Buffer.concat([header, payload]))
  const batch = readBatchHeader(new ByteReader(bytes))
  return { bytes, batch, payload: batch.payload, maxTimestamp: timestamp }
}

/** Producers cannot write control batches, so that the encoder of their headers knows nothing of them. */
function markedAsControl(bytes: Buffer): Buffer {
  bytes.writeInt16BE(transactionalControl, attributesOffset)
  bytes.writeUInt32BE(crc32c(bytes.subarray(attributesOffset)), crcOffset)
  return bytes
}

/** Where the type stands in a control record, behind five fields of one byte and the version in its key. */
const typeOffset = 8

/** Whether the record of a control batch says that the transaction was committed. */
export function isCommit(payload: Uint8Array): boolean {
  return payload[typeOffset] === 1
}
