import { from, message } from '../schema/struct.js'
import { int16, int32, int64, nullable, string } from '../schema/wire-type.js'

/**
 * InitProducerId: the identity under which a broker recognises repeated batches.
 *
 * Version 1 is the same as 0; from 1 on brokers answer before they throttle. 2 is flexible. 3 adds the current
 * id and epoch to the request, to go on after INVALID_PRODUCER_EPOCH (KIP-360). 4 may answer PRODUCER_FENCED,
 * 5 TRANSACTION_ABORTABLE (KIP-890). 6 (two-phase commit, KIP-939) is marked unstable in Kafka 4.3.
 */
export const initProducerIdApi = {
  key: 22,
  name: 'InitProducerId',
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 2,
  throttledFrom: 1,
  request: /* @__PURE__ */ message(() => ({
    transactionalId: nullable(string),
    transactionTimeoutMs: int32,
    producerId: from(3, int64, -1n),
    producerEpoch: from(3, int16, -1),
  })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: int64,
    producerEpoch: int16,
  })),
} as const
