import { from, message } from '../../schema/struct.js'
import { bool, int16, int32, int64, string } from '../../schema/wire-type.js'

/**
 * EndTxn: commits a transaction or aborts it.
 *
 * Version 1 is the same as 0; from 1 on brokers answer before they throttle. 2 may answer PRODUCER_FENCED. 3 is
 * flexible. 4 may answer TRANSACTION_ABORTABLE. 5 is for transactions of version 2 alone: each ends with a new
 * epoch, which the response names; −1 where there is none (KIP-890).
 */
export const endTxnApi = {
  key: 26,
  name: 'EndTxn',
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 3,
  throttledFrom: 1,
  request: /* @__PURE__ */ message(() => ({
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    committed: bool,
  })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: from(5, int64, -1n),
    producerEpoch: from(5, int16, -1),
  })),
} as const
