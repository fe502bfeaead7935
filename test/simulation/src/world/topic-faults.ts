import type { EmbeddedCluster } from '@sluice/embedded-broker'
import type { Fault } from '../scenario/fault.js'
import type { Carry, Stage, Undo } from './world.js'

/** What happens to topics and partitions. A topic that is away is left alone. */
export const faultsOfTopics: Carry = (fault, stage) => {
  const { cluster } = stage
  switch (fault.kind) {
    case 'hideTopic':
      return cluster.hideTopic(fault.topic)
    case 'grow':
      addPartitions(fault, cluster)
      return null
    case 'recreate':
      return recreate(fault.topic, stage)
    case 'forgetProducers':
      if (stage.isQuiet()) cluster.forgetProducers()
      return null
    default:
      return ofPartition(fault, stage)
  }
}

/** A partition that is away is left alone, too. */
function ofPartition(fault: Fault, stage: Stage): Undo | null | undefined {
  const { cluster } = stage
  switch (fault.kind) {
    case 'moveLeader':
      lead(fault, cluster, fault.node)
      return null
    case 'noLeader':
      if (!isThere(fault, cluster)) return null
      cluster.moveLeader(fault.topic, fault.partition, -1)
      return () => lead(fault, cluster, fault.node)
    case 'shrinkIsr':
      return shrinkIsr(fault, stage)
    case 'loseTail':
      return loseTail(fault, cluster)
    default:
      return undefined
  }
}

function addPartitions(
  { topic, by }: Extract<Fault, { kind: 'grow' }>,
  cluster: EmbeddedCluster,
): void {
  const partitions = cluster.topic(topic)?.partitions.length
  if (partitions !== undefined) cluster.alterTopic(topic, { partitions: partitions + by })
}

type OfPartition = Pick<Extract<Fault, { kind: 'moveLeader' }>, 'topic' | 'partition'>

function isThere({ topic, partition }: OfPartition, cluster: EmbeddedCluster): boolean {
  return cluster.topic(topic)?.partitions[partition] !== undefined
}

/** A broker that is down cannot lead. */
export function lead(place: OfPartition, cluster: EmbeddedCluster, wished: number): void {
  if (!isThere(place, cluster)) return
  const isUp = (node: number): boolean => cluster.brokers[node]!.state !== 'stopped'
  const node = [wished, ...cluster.brokers.keys()].find(isUp)
  if (node !== undefined) cluster.moveLeader(place.topic, place.partition, node)
}

function shrinkIsr(place: OfPartition, stage: Stage): Undo | null {
  const { cluster, time } = stage
  const { topic, partition } = place
  const { leader, replicas } = cluster.topic(topic)?.partitions[partition] ?? noPartition
  if (leader < 0) return null
  cluster.setInSyncReplicas(topic, partition, [leader])
  const grow = (): void => {
    const now = cluster.topic(topic)?.partitions[partition]
    if (now === undefined) return
    // Without a leader no replica catches up; the next one lets them.
    if (now.leader < 0) return void time.inWorld(catchUpMs, grow)
    const up = replicas.filter((node) => cluster.brokers[node]!.state !== 'stopped')
    cluster.setInSyncReplicas(topic, partition, [...new Set([now.leader, ...up])])
  }
  return grow
}

const catchUpMs = 50

function loseTail(
  fault: Extract<Fault, { kind: 'loseTail' }>,
  cluster: EmbeddedCluster,
): Undo | null {
  const { topic, partition, node } = fault
  const { inSyncReplicas } = cluster.topic(topic)?.partitions[partition] ?? noPartition
  if (inSyncReplicas.length < 2) return null
  const release = cluster.holdReplication(topic, partition)
  return () => {
    lead(fault, cluster, node)
    release()
  }
}

const noPartition = { leader: -1, replicas: [], inSyncReplicas: [] } as const

function recreate(name: string, { bury, cluster }: Stage): Undo | null {
  const topic = cluster.topic(name)
  if (topic === undefined) return null
  bury(name)
  cluster.deleteTopic(name)
  return () => cluster.createTopic(name, { partitions: topic.partitions.length })
}
