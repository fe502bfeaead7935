import type { PartitionLog } from './partition-log.js'

/** The node id that stands for no leader. */
export const noLeader = -1

/** The settings of its topic that concern a partition. They may change. */
export interface PartitionSettings {
  readonly minInsyncReplicas: number
}

/**
 * One partition: its replicas, its leader with the epoch, and its log. Replication is simulated: there is one log, and
 * followers have every record at once, unless a test holds replication back.
 */
export class Partition {
  readonly index: number
  readonly log: PartitionLog
  leader: number
  leaderEpoch = 0
  /** Whether its topic was deleted. A request that still holds the partition must look it up again. */
  deleted = false
  readonly #settings: PartitionSettings
  #replicas: readonly number[]
  #inSyncReplicas: readonly number[]
  #highWatermark = 0n
  #replicationHeld = false
  readonly #listeners = new Set<() => void>()

  /** @param replicas The nodes that have a replica; the first of them leads. */
  constructor(
    index: number,
    log: PartitionLog,
    replicas: readonly number[],
    settings: PartitionSettings,
  ) {
    this.index = index
    this.log = log
    this.leader = replicas[0] ?? noLeader
    this.#replicas = replicas
    this.#inSyncReplicas = replicas
    this.#settings = settings
    this.log.onAppend(() => this.changed())
  }

  get replicas(): readonly number[] {
    return this.#replicas
  }

  get inSyncReplicas(): readonly number[] {
    return this.#inSyncReplicas
  }

  set inSyncReplicas(nodes: readonly number[]) {
    this.#inSyncReplicas = nodes
    this.changed()
  }

  /** How many replicas must be in sync. Since Kafka 4 that is at most the number of replicas (KIP-966). */
  get minInSync(): number {
    return Math.min(this.#settings.minInsyncReplicas, this.#replicas.length)
  }

  /** The offset behind the last record that all in-sync replicas have. Consumers read up to it. */
  get highWatermark(): bigint {
    return this.#highWatermark
  }

  /** The offset up to which consumers read that want committed records only. */
  get lastStableOffset(): bigint {
    return this.log.lastStableOffset(this.#highWatermark)
  }

  /** Whether records can be committed now: there is a leader, and enough replicas are in sync with it. */
  get takesMarkers(): boolean {
    return this.leader !== noLeader && this.#inSyncReplicas.length >= this.minInSync
  }

  /** Keeps new records from the followers until `releaseReplication`. */
  holdReplication(): void {
    this.#replicationHeld = true
  }

  releaseReplication(): void {
    this.#replicationHeld = false
    this.changed()
  }

  /**
   * Makes another node lead, in a new epoch. Records that the followers did not have yet are lost, as in Kafka.
   *
   * @param node A node without a replica takes the place of the old leader (a reassignment). −1 is no leader.
   */
  moveLeader(node: number): void {
    if (node !== noLeader && node !== this.leader) this.log.truncate(this.#highWatermark)
    if (node !== noLeader && !this.#replicas.includes(node)) {
      this.#replicas = this.#replicas.map((one) => (one === this.leader ? node : one))
      this.#inSyncReplicas = this.#inSyncReplicas.map((one) => (one === this.leader ? node : one))
    }
    if (node !== noLeader && !this.#inSyncReplicas.includes(node)) {
      this.#inSyncReplicas = [...this.#inSyncReplicas, node]
    }
    this.leader = node
    this.leaderEpoch++
    this.changed()
  }

  delete(): void {
    this.deleted = true
    this.changed()
  }

  /** Calls `listener` at each append, and when the leader or the in-sync replicas change. @returns A function that stops that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** To be called after each change: commits the records that can be committed, and calls the listeners. */
  changed(): void {
    const inSync = this.#inSyncReplicas.length
    const everywhere = !this.#replicationHeld || inSync < 2
    // With too few replicas in sync no record is committed, whatever the `acks` of its request (KIP-966).
    if (everywhere && inSync >= this.minInSync) this.#highWatermark = this.log.endOffset
    for (const listener of this.#listeners) listener()
  }
}
