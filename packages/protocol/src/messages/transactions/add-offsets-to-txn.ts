import { message } from '../../schema/struct.js'
import { int16, int32, int64, string } from '../../schema/wire-type.js'

/**
 * AddOffsetsToTxn: enrols a consumer group in a transaction, before its offsets go to TxnOffsetCommit.
 * Transactions of version 2 do without: TxnOffsetCommit enrols (KIP-890).
 *
 * Version 1 is the same as 0; from 1 on brokers answer before they throttle. 2 may answer PRODUCER_FENCED. 3 is
 * flexible. 4 may answer TRANSACTION_ABORTABLE (KIP-890).
 */
export const addOffsetsToTxnApi = {
  key: 25,
  name: 'AddOffsetsToTxn',
  minVersion: 0,
  maxVersion: 4,
  flexibleFrom: 3,
  throttledFrom: 1,
  request: /* @__PURE__ */ message(() => ({
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    groupId: string,
  })),
  response: /* @__PURE__ */ message(() => ({ throttleTimeMs: int32, errorCode: int16 })),
} as const
