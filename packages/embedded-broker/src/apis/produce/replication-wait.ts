import type { ErrorCode } from '@sluice/protocol'
import { nextChange } from '../../partition/next-change.js'
import type { Partition } from '../../partition/partition.js'
import type { RequestContext } from '../api-handler.js'

/** A batch that a Produce with `acks` all appended, and that must be replicated before the answer. */
export interface ReplicationWait {
  readonly partition: Partition
  /** The offset behind the batch. */
  readonly endOffset: bigint
}

/**
 * Waits until a batch is committed (Kafka's `DelayedProduce`). With too few replicas in sync nothing is, so as in Kafka 4
 * that too ends as REQUEST_TIMED_OUT; only older brokers, or a rare race, say NOT_ENOUGH_REPLICAS_AFTER_APPEND.
 *
 * @param deadline On the monotonic clock of the runtime.
 * @returns Null, or the error to answer. The batch is in the log of the leader all the same, and may stay there.
 */
export async function replicated(
  { endOffset, partition }: ReplicationWait,
  deadline: number,
  { nodeId, signal, state }: RequestContext,
): Promise<ErrorCode | null> {
  const { runtime } = state
  for (;;) {
    if (partition.deleted) return 'UNKNOWN_TOPIC_OR_PARTITION'
    if (partition.leader !== nodeId) return 'NOT_LEADER_OR_FOLLOWER'
    if (partition.highWatermark >= endOffset) return null
    const changed = await nextChange([partition], deadline - runtime.now(), signal, runtime)
    if (!changed) return 'REQUEST_TIMED_OUT'
  }
}
