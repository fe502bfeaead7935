import { type EmbeddedCluster, type Interceptor, produceError } from '@sluice/embedded-broker'
import { errorNumberOf } from '@sluice/protocol'
import type { Fault } from '../scenario/fault.js'
import { refusals } from './refusals.js'
import { together } from './request-faults.js'
import { staleMetadata } from './stale-metadata.js'
import { lead } from './topic-faults.js'
import type { Carry, Stage, Undo } from './world.js'

/** What happens to a cluster that does not agree with itself. */
export const faultsOfClusters: Carry = (fault, stage) => {
  switch (fault.kind) {
    case 'controllerFails':
      return controllerFails(stage.cluster)
    case 'diskFull':
      return diskFull(fault, stage)
    case 'twoLeaders':
      return twoLeaders(fault, stage)
    default:
      return undefined
  }
}

/** A broker that has used up its block of producer ids gets no other. */
function controllerFails(cluster: EmbeddedCluster): Undo {
  const isLoading = errorNumberOf('COORDINATOR_LOAD_IN_PROGRESS')
  return together(
    staleMetadata(cluster),
    cluster.intercept('InitProducerId', ({ request }) =>
      request.transactionalId === null ? refusals.InitProducerId(request, isLoading) : undefined,
    ),
  )
}

/** Every other partition is in the directory that fails. */
function diskFull(
  { node, directory, noticedAfterMs }: Extract<Fault, { kind: 'diskFull' }>,
  { cluster, time, topics }: Stage,
): Undo {
  const inDirectory = [directory, directory + 2, directory + 4]
  time.inWorld(noticedAfterMs, () => {
    for (const topic of topics)
      for (const partition of inDirectory)
        if (cluster.topic(topic)?.partitions[partition]?.leader === node)
          lead({ topic, partition }, cluster, (node + 1) % cluster.brokers.length)
  })
  return together(
    ...inDirectory.map((partition) =>
      cluster.intercept('Produce', produceError('KAFKA_STORAGE_ERROR', { partition }), {
        broker: node,
      }),
    ),
  )
}

/** What the old leader writes no replica takes, and it is lost when the broker hears of the new one. */
function twoLeaders(
  fault: Extract<Fault, { kind: 'twoLeaders' }>,
  { cluster }: Stage,
): Undo | null {
  const { topic, partition, node } = fault
  const before = cluster.topic(topic)?.partitions[partition]
  if (before === undefined || before.leader < 0 || before.leader === node) return null
  const { leader: broker, leaderEpoch } = before
  lead(fault, cluster, node)
  const uncommitted = produceError('REQUEST_TIMED_OUT', { topic, partition })
  return together(
    cluster.intercept('Produce', uncommitted, { broker }),
    cluster.intercept('Metadata', ledBy(fault, { leaderId: broker, leaderEpoch }), { broker }),
  )
}

function ledBy(
  { topic: name, partition }: Extract<Fault, { kind: 'twoLeaders' }>,
  leader: { readonly leaderId: number; readonly leaderEpoch: number },
): Interceptor<'Metadata'> {
  return async (call) => {
    const answer = await call.serve()
    if (answer === null) return null
    const topics = answer.topics.map((topic) => ({
      ...topic,
      partitions: topic.partitions.map((one) =>
        topic.name === name && one.partitionIndex === partition ? { ...one, ...leader } : one,
      ),
    }))
    return { ...answer, topics }
  }
}
