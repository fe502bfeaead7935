import { message, struct } from '../../schema/struct.js'
import { arrayOf, int16, int32, int64, string } from '../../schema/wire-type.js'

/**
 * DescribeTransactions: how transactional ids stand with their coordinator (KIP-664, from Kafka 3.0 on). It changes nothing.
 *
 * States are Kafka's names, such as `Ongoing`, `PrepareAbort` and `CompleteAbort`. The start time is in ms since 1970, −1
 * while no transaction is open. Version 0 is the only one that Kafka 4.3 knows, and it is flexible. Clients do not wait out its
 * throttle time, as Kafka's do not.
 */
export const describeTransactionsApi = {
  key: 65,
  name: 'DescribeTransactions',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  throttledFrom: Infinity,
  request: /* @__PURE__ */ message(() => ({ transactionalIds: arrayOf(string) })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: int32,
    transactionStates: arrayOf(
      struct({
        errorCode: int16,
        transactionalId: string,
        transactionState: string,
        transactionTimeoutMs: int32,
        transactionStartTimeMs: int64,
        producerId: int64,
        producerEpoch: int16,
        topics: arrayOf(struct({ topic: string, partitions: arrayOf(int32) })),
      }),
    ),
  })),
} as const
