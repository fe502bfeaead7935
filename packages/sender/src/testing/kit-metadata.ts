import type { ClusterMetadata, LeaderChange, PartitionLeader, TopicMetadata } from '@sluice/network'

/** One topic, led by nodes 1 and 2 in turn. */
export class KitMetadata implements ClusterMetadata {
  version = 1
  readonly lastError = null
  readonly features: ReadonlyMap<string, number> = new Map()
  readonly wanted: string[] = []
  refreshes = 0
  readonly #leaders: (PartitionLeader | null)[]

  constructor(partitions: number) {
    this.#leaders = Array.from({ length: partitions }, (_, at) => ({
      node: 1 + (at % 2),
      epoch: 0,
    }))
  }

  topic(name: string): TopicMetadata | undefined {
    if (name !== 'orders') return undefined
    const id = '00000000-0000-4000-8000-000000000001'
    const partitions = this.#leaders.map((leader, partition) => ({
      topic: name,
      partition,
      leader: leader?.node ?? null,
      leaderEpoch: leader?.epoch ?? -1,
      replicas: [1, 2],
      inSyncReplicas: [1, 2],
    }))
    return { name, id, error: null, partitions }
  }

  leader(name: string, partition: number): PartitionLeader | null {
    return name === 'orders' ? (this.#leaders[partition] ?? null) : null
  }

  setLeader(partition: number, leader: PartitionLeader | null): void {
    this.#leaders[partition] = leader
    this.version++
  }

  want(topic: string): void {
    this.wanted.push(topic)
  }

  refresh(): void {
    this.refreshes++
  }

  applyLeader({ partition, leader: node, epoch }: LeaderChange): void {
    if (epoch > (this.#leaders[partition]?.epoch ?? -1)) this.setLeader(partition, { node, epoch })
  }
}
