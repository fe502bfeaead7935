import type {
  ClusterMetadata,
  LeaderChange,
  PartitionLeader,
  TopicMetadata,
  TopicWatcher,
} from '@sluice/network'
import { type ErrorCode, type KafkaError, zeroUuid } from '@sluice/protocol'

/** What the cluster looks like to the sender: a test sets leaders, epochs and topic ids by hand. */
export class ScriptedMetadata implements ClusterMetadata {
  version = 0
  lastError: KafkaError | null = null
  readonly features = new Map<string, number>()
  readonly wanted: string[] = []
  readonly hints: LeaderChange[] = []
  refreshes = 0
  /** How often somebody has looked at a topic. */
  looks = 0
  #watcher: TopicWatcher | null = null
  readonly #topics = new Map<string, TopicMetadata>()

  /** One partition a leader given; null for one without. */
  setTopic(
    name: string,
    leaders: readonly (PartitionLeader | null)[],
    id: string = idOf(name),
  ): void {
    const partitions = leaders.map((leader, partition) => ({
      topic: name,
      partition,
      leader: leader?.node ?? null,
      leaderEpoch: leader?.epoch ?? -1,
      replicas: [1, 2, 3],
      inSyncReplicas: [1, 2, 3],
    }))
    this.#topics.set(name, { name, id, error: null, partitions })
    this.#changed(name)
  }

  refuseTopic(name: string, error: ErrorCode): void {
    this.#topics.set(name, { name, id: zeroUuid, error, partitions: [] })
    this.#changed(name)
  }

  setLeader(name: string, partition: number, leader: PartitionLeader | null): void {
    const topic = this.#topics.get(name)!
    const leaders = topic.partitions.map((_, index) =>
      index === partition ? leader : this.leader(name, index),
    )
    this.setTopic(name, leaders, topic.id)
  }

  forget(name: string): void {
    this.#topics.delete(name)
    this.version++
    this.#watcher?.forgotten(name)
  }

  watch(watcher: TopicWatcher): void {
    this.#watcher = watcher
  }

  topic(name: string): TopicMetadata | undefined {
    this.looks++
    return this.#topics.get(name)
  }

  /** Name of the topic with this id. */
  nameOf(id: string): string {
    for (const topic of this.#topics.values()) if (topic.id === id) return topic.name
    return ''
  }

  leader(name: string, partition: number): PartitionLeader | null {
    const known = this.#topics.get(name)?.partitions[partition]
    if (known === undefined || known.leader === null) return null
    return { node: known.leader, epoch: known.leaderEpoch }
  }

  want(topic: string): void {
    this.wanted.push(topic)
  }

  refresh(): void {
    this.refreshes++
  }

  applyLeader(change: LeaderChange): void {
    this.hints.push(change)
    const known = this.leader(change.topic, change.partition)
    if (known !== null && known.epoch >= change.epoch) return
    this.setLeader(change.topic, change.partition, { node: change.leader, epoch: change.epoch })
  }

  #changed(name: string): void {
    this.version++
    this.#watcher?.changed(name)
  }
}

/** An id of its own for each name, or none. */
function idOf(name: string): string {
  const hex = Buffer.from(name).toString('hex').padEnd(12, '0').slice(-12)
  return name.startsWith('old-') ? zeroUuid : `00000000-0000-4000-8000-${hex}`
}
