import type { EmbeddedAnswer, EmbeddedRequest } from '@sluice/embedded-broker'
import type { RefusableApi } from '../scenario/fault.js'

/** How each kind of request is refused. */
export type Refusals = {
  readonly [Name in RefusableApi]: (
    request: EmbeddedRequest<Name>,
    errorCode: number,
  ) => EmbeddedAnswer<Name>
}

const throttleTimeMs = 0
const noProducer = { producerId: -1n, producerEpoch: -1 }
const nowhere = { nodeId: -1, host: '', port: -1, errorMessage: null }

/** The answer of a broker that does nothing of what it is asked for. */
export const refusals: Refusals = {
  InitProducerId: (_, errorCode) => ({ throttleTimeMs, errorCode, ...noProducer }),
  EndTxn: (_, errorCode) => ({ throttleTimeMs, errorCode, ...noProducer }),
  AddOffsetsToTxn: (_, errorCode) => ({ throttleTimeMs, errorCode }),
  FindCoordinator: ({ coordinatorKeys }, errorCode) => ({
    throttleTimeMs,
    errorCode,
    ...nowhere,
    coordinators: coordinatorKeys.map((key) => ({ key, errorCode, ...nowhere })),
  }),
  AddPartitionsToTxn: ({ topics }, errorCode) => ({
    throttleTimeMs,
    resultsByTopic: topics.map(({ name, partitions }) => ({
      name,
      resultsByPartition: partitions.map((partitionIndex) => ({
        partitionIndex,
        partitionErrorCode: errorCode,
      })),
    })),
  }),
  TxnOffsetCommit: ({ topics }, errorCode) => ({
    throttleTimeMs,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }),
}
