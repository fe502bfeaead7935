import type { PartitionLog } from './partition-log.js'

/** The leader of a partition that nobody leads. */
export const noLeader = -1

/** What of a topic's settings concerns a partition. They may change. */
export interface PartitionSettings {
  readonly minInsyncReplicas: number
}

/**
 * One partition: who has it, who leads it and since when, and its log. Replication is simulated: there is one log, and
 * followers have all of it at once, unless replication is held back.
 */
export class Partition {
  readonly index: number
  readonly log: PartitionLog
  leader: number
  leaderEpoch = 0
  /** Its topic was deleted: who still holds it must look it up again. */
  deleted = false
  readonly #settings: PartitionSettings
  #replicas: readonly number[]
  #inSyncReplicas: readonly number[]
  #highWatermark = 0n
  #replicationHeld = false
  readonly #listeners = new Set<() => void>()

  /** @param replicas - the nodes that have it; the first of them leads */
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

  /** How many replicas must be in sync: since Kafka 4 no more than there are (KIP-966). */
  get minInSync(): number {
    return Math.min(this.#settings.minInsyncReplicas, this.#replicas.length)
  }

  /** The offset after the last record that is committed: all in-sync replicas have it. Consumers see no further. */
  get highWatermark(): bigint {
    return this.#highWatermark
  }

  /** Followers get nothing more until `releaseReplication`. */
  holdReplication(): void {
    this.#replicationHeld = true
  }

  releaseReplication(): void {
    this.#replicationHeld = false
    this.changed()
  }

  /**
   * Another node leads, in a new epoch. What the followers did not have yet is lost, as in Kafka.
   *
   * @param node - one that has no replica takes the place of the old leader (a reassignment); −1 for nobody
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

  /** Calls `listener` at each append and each change of who leads or is in sync. Returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Something else is so: commits what can be committed, and tells the listeners. */
  changed(): void {
    const inSync = this.#inSyncReplicas.length
    const everywhere = !this.#replicationHeld || inSync < 2
    // Under the minimum nothing more is committed, by whomever it was written (KIP-966).
    if (everywhere && inSync >= this.minInSync) this.#highWatermark = this.log.endOffset
    for (const listener of this.#listeners) listener()
  }
}
