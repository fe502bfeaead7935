import { message, struct } from '../../schema/struct.js'
import { arrayOf, int16, int32, int64, string } from '../../schema/wire-type.js'

/**
 * AddPartitionsToTxn: enrols partitions in a transaction, before the first record goes there. Transactions of
 * version 2 do without: Produce enrols (KIP-890).
 *
 * Version 1 is the same as 0; from 1 on brokers answer before they throttle. 2 may answer PRODUCER_FENCED. 3 is
 * flexible. From 4 on it carries many transactions at once and is for brokers alone. Its fields are Kafka's
 * `V3AndBelow…`, without that affix.
 */
export const addPartitionsToTxnApi = {
  key: 24,
  name: 'AddPartitionsToTxn',
  minVersion: 0,
  maxVersion: 3,
  flexibleFrom: 3,
  throttledFrom: 1,
  request: /* @__PURE__ */ message(() => ({
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    topics: arrayOf(struct({ name: string, partitions: arrayOf(int32) })),
  })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: int32,
    resultsByTopic: arrayOf(
      struct({
        name: string,
        resultsByPartition: arrayOf(struct({ partitionIndex: int32, partitionErrorCode: int16 })),
      }),
    ),
  })),
} as const
