import { noLeader, type Partition } from '../partition/partition.js'
import type { Topics } from './topics.js'

/** What the controller does about brokers that are gone: they leave the in-sync replicas, and others lead. */
export function electLeaders(topics: Topics, isUp: (node: number) => boolean): void {
  for (const partition of partitionsOf(topics)) {
    const { inSyncReplicas, leader } = partition
    const up = inSyncReplicas.filter(isUp)
    if (leader !== noLeader && !isUp(leader)) partition.moveLeader(up[0] ?? noLeader)
    // The last one stays in sync, though it is gone: only it may lead again without a loss.
    if (up.length > 0 && up.length < inSyncReplicas.length) partition.inSyncReplicas = up
  }
}

/** A broker is back: it catches up with its partitions at once, and leads those that wait for it. */
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
