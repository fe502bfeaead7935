import type { ErrorCode, KafkaError } from '@sluice/protocol'
import type {
  ClusterMetadata,
  LeaderChange,
  PartitionLeader,
  TopicMetadata,
  TopicWatcher,
} from '../cluster-metadata.js'
import type { Nodes } from '../nodes/nodes.js'
import { isHost, isPort } from '../server-address.js'
import type { MetadataCache } from './metadata-cache.js'
import type { MetadataRefresher } from './metadata-refresher.js'

/** The metadata as the users of a client see it: the cache to read, and the refresher that fills it. */
export class MetadataView implements ClusterMetadata {
  readonly #cache: MetadataCache
  readonly #refresher: MetadataRefresher
  readonly #nodes: Nodes
  readonly #changed: () => void

  constructor(
    cache: MetadataCache,
    refresher: MetadataRefresher,
    nodes: Nodes,
    changed: () => void,
  ) {
    this.#cache = cache
    this.#refresher = refresher
    this.#nodes = nodes
    this.#changed = changed
  }

  get version(): number {
    return this.#cache.version
  }

  get lastError(): KafkaError | null {
    return this.#refresher.lastError
  }

  get features(): ReadonlyMap<string, number> {
    return this.#cache.features
  }

  topic(name: string): TopicMetadata | undefined {
    return this.#cache.topic(name)
  }

  topicId(name: string): string | undefined {
    return this.#cache.topicId(name)
  }

  leader(topic: string, partition: number): PartitionLeader | null {
    const leader = this.#cache.leader(topic, partition)
    if (leader === null && this.#cache.topicId(topic) === undefined) this.#refresher.want(topic)
    return leader
  }

  watch(watcher: TopicWatcher): void {
    this.#cache.watch(watcher)
  }

  want(topic: string): void {
    this.#refresher.want(topic)
  }

  refresh(): void {
    this.#refresher.refresh()
  }

  applyLeader(change: LeaderChange): void {
    const { leader, endpoint } = change
    const reachable = endpoint !== undefined && isHost(endpoint.host) && isPort(endpoint.port)
    // A leader without a known address is of no use.
    if (leader >= 0 && (reachable || this.#nodes.get(leader) !== undefined)) {
      if (this.#cache.applyLeader(change)) {
        if (reachable) this.#nodes.learn({ id: leader, host: endpoint.host, port: endpoint.port })
        this.#changed()
      }
    }
    // The broker named the leader of one partition, but others may have moved as well.
    this.#refresher.refresh()
  }

  leaderAnswered(
    topic: string,
    partition: number,
    leader: PartitionLeader,
    error: ErrorCode | null,
  ): void {
    this.#cache.leaderAnswered(topic, partition, leader, error)
  }
}
