import type { LeaderQueue, Queues } from './queues.js'
import type { BrokerSnapshot, Reason } from './snapshot.js'

/** A broker that answers within this time is not called silent. */
export const silentMs = 1_000

/** What is looked at. */
export interface Waiting {
  readonly brokers: readonly BrokerSnapshot[]
  readonly queues: Queues
  /** Records that wait for metadata or memory. */
  readonly waitingRecords: number
  /** Free bytes of `bufferBytes`, from 0 to 1. */
  readonly freeShare: number
}

/** Why records have not arrived yet: the most important reason first. */
export function reasons({ brokers, queues, waitingRecords, freeShare }: Waiting): Reason[] {
  const ofLeaders = queues.leaders.flatMap((queue) => ofLeader(queue, brokers))
  const found = [...ofLeaders, ...ofWaiting(waitingRecords, freeShare)]
  return found.length > 0 ? found : ofNormalWork(queues, brokers)
}

function ofLeader(queue: LeaderQueue, brokers: readonly BrokerSnapshot[]): Reason[] {
  const { leader: node, sealedBatches, openBatches, partitions } = queue
  const batches = sealedBatches + openBatches
  if (node === null) return [{ kind: 'leaderless', partitions, batches }]
  const broker = brokers.find(({ id }) => id === node)
  if (broker === undefined) return []
  if (!broker.isConnected) return [{ kind: 'disconnected', node, code: broker.closedFor, batches }]
  if (broker.silentMs >= silentMs) return [{ kind: 'silent', node, ms: broker.silentMs, batches }]
  if (broker.throttledMs > 0) return [{ kind: 'throttled', node, ms: broker.throttledMs, batches }]
  return []
}

/** Records wait for memory where most of it is in use. A topic without metadata is the other reason. */
function ofWaiting(records: number, freeShare: number): Reason[] {
  if (records === 0) return []
  return [{ kind: freeShare < 0.6 ? 'memory' : 'metadata', records }]
}

function ofNormalWork(queues: Queues, brokers: readonly BrokerSnapshot[]): Reason[] {
  const requests = brokers.reduce((sum, { requestsInFlight }) => sum + requestsInFlight, 0)
  if (requests > 0) return [{ kind: 'answers', requests }]
  const batches = queues.leaders.reduce((sum, { openBatches }) => sum + openBatches, 0)
  return batches > 0 ? [{ kind: 'filling', batches }] : []
}
