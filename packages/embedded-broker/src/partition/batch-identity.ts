import { BATCH_HEADER_BYTES } from '@sluice/protocol'

/** Whose batch it is, and where it stands among the batches of its producer. */
export interface BatchIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
}

const magicOffset = 16
const attributesOffset = 22
const transactionalBit = 0x10

/** Whether bytes are a batch that belongs to a transaction. They need not have been checked. */
export function isTransactional(bytes: Uint8Array): boolean {
  return (
    bytes.length >= BATCH_HEADER_BYTES &&
    bytes[magicOffset] === 2 &&
    (bytes[attributesOffset]! & transactionalBit) !== 0
  )
}

/** Reads the identity from a batch that has not been checked yet. */
export function identityOf(bytes: Uint8Array): BatchIdentity {
  const header = new DataView(bytes.buffer, bytes.byteOffset, BATCH_HEADER_BYTES)
  return {
    producerId: header.getBigInt64(43),
    producerEpoch: header.getInt16(51),
    baseSequence: header.getInt32(53),
  }
}
