import { noLeader, type Partition } from '../partition/partition.js'
import type { Topics } from './topics.js'

/** The controller notices stopped brokers: they leave the in-sync replicas, and other brokers lead. */
export function electLeaders(topics: Topics, isUp: (node: number) => boolean): void {
  for (const partition of partitionsOf(topics)) {
    const { inSyncReplicas, leader } = partition
    const up = inSyncReplicas.filter(isUp)
    if (leader !== noLeader && !isUp(leader)) partition.moveLeader(up[0] ?? noLeader)
    // The last in-sync replica stays in sync though its broker is stopped: only it may lead again without a loss.
    if (up.length > 0 && up.length < inSyncReplicas.length) partition.inSyncReplicas = up
  }
}

/** A broker has started again: its replicas catch up at once, and it leads the partitions that have no leader. */
export function welcomeBack(topics: Topics, node: number): void {
  for (const partition of partitionsOf(topics)) {
    const { inSyncReplicas, leader, replicas } = partition
    if (!replicas.includes(node)) continue
    const wasInSync = inSyncReplicas.includes(node)
    if (leader === noLeader && wasInSync) partition.moveLeader(node)
    else if (leader !== noLeader && !wasInSync) partition.inSyncReplicas = [...inSyncReplicas, node]
  }
}

function partitionsOf(topics: Topics): Partition[] {
  return topics.all().flatMap(({ partitions }) => partitions)
}
