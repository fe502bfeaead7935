import { type KafkaError, produceApi, type TopicPartition } from '@sluice/protocol'

/** What sending batches has to do with transactions. The rest of the sender asks here, and knows nothing else of them. */
export interface TransactionScope {
  /** Null for a producer without transactions. */
  readonly transactionalId: string | null
  /** The highest version of Produce that may be used. */
  readonly maxProduceVersion: number
  /**
   * Whether a batch of this partition may be sent now. In a transaction of version 1 the coordinator must have added the
   * partition before: this call asks for that.
   */
  admits(of: TopicPartition): boolean
  /** A batch of this partition is being sent. */
  sent(of: TopicPartition): void
  /** Records of a batch have failed. @returns what their callers are told */
  failed(error: KafkaError): KafkaError
  /** The topic is another one under the same name. */
  recreated(topic: string): void
  /** Something may have changed: called at the begin of each run of the send loop. */
  look(): void
  /** The batches that could be sent are sent: called at the end of each run. */
  enrol(): void
  /** The producer is closed: nothing will be sent any more. */
  close(error: KafkaError): void
}

export const noTransactions: TransactionScope = {
  transactionalId: null,
  maxProduceVersion: produceApi.maxVersion,
  admits: () => true,
  sent: () => {},
  failed: (error) => error,
  recreated: () => {},
  look: () => {},
  enrol: () => {},
  close: () => {},
}
