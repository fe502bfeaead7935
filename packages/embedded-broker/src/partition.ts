import type { PartitionLog } from './partition-log.js'

/** The leader of a partition that nobody leads. */
export const noLeader = -1

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
  #replicas: readonly number[]
  #inSyncReplicas: readonly number[]
  /** Up to where the followers are, while replication is held back. */
  #heldAt: bigint | null = null
  readonly #listeners = new Set<() => void>()

  constructor(index: number, log: PartitionLog, leader: number, replicas: readonly number[]) {
    this.index = index
    this.log = log
    this.leader = leader
    this.#replicas = replicas
    this.#inSyncReplicas = replicas
    this.log.onAppend(() => this.changed())
  }

  get replicas(): readonly number[] {
    return this.#replicas
  }

  get inSyncReplicas(): readonly number[] {
    return this.#inSyncReplicas
  }

  set inSyncReplicas(nodes: readonly number[]) {
    // What is committed stays committed, whoever is in sync later.
    if (this.#heldAt !== null) this.#heldAt = this.highWatermark
    this.#inSyncReplicas = nodes
    this.changed()
  }

  /** The offset after the last record that all in-sync replicas have; consumers see no further. */
  get highWatermark(): bigint {
    if (this.#heldAt === null || this.#inSyncReplicas.length < 2) return this.log.endOffset
    return this.#heldAt
  }

  /** Followers get nothing more until `releaseReplication`. */
  holdReplication(): void {
    this.#heldAt = this.highWatermark
  }

  releaseReplication(): void {
    this.#heldAt = null
    this.changed()
  }

  /**
   * Another node leads, in a new epoch. What the followers did not have yet is lost, as in Kafka.
   *
   * @param node - one that has no replica takes the place of the old leader (a reassignment); −1 for nobody
   */
  moveLeader(node: number): void {
    if (node !== noLeader && node !== this.leader) this.log.truncate(this.highWatermark)
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

  changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
