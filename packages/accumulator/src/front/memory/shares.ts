import { type Link, LinkedList } from '../lists/linked-list.js'
import type { Memory } from './memory.js'
import { Overtaking } from './overtaking.js'

/** Stuck partitions get memory only while less than this part of all memory is in use. */
const partOfStuck = 1 / 4

/** What is remembered of one leader, so that all its partitions are judged together. */
export class LeaderShare {
  /** The generation in which it acknowledged a batch last; −1 before it did. See `Overtaking`. */
  answered = -1
  /** True from when a partition of it was overtaken, and it had answered nothing for as long, until it answers. */
  silent = false
  /** How many unsettled batches were opened for it. */
  batches = 0
}

/** What must be known of a partition to judge whether it may take memory. */
export interface SharingPartition {
  /** The generation of its oldest unsettled batch; `Infinity` when it has none. */
  readonly oldestGeneration: number
  /** Whether all its batches have settled. */
  readonly holdsNothing: boolean
  readonly leader: LeaderShare
  /** True from when it was overtaken until its oldest batch is younger than that, or it has none. */
  stuck: boolean
  /** The generation in which a batch of it has settled last, or in which its first one was opened. See `Overtaking`. */
  since: number
  /** Its place among those that have unsettled batches and are not stuck. */
  inJudged: Link<SharingPartition> | null
}

/** A batch that has not settled. */
export interface SharingBatch {
  readonly partition: SharingPartition
  /** That of its partition when it was opened. */
  readonly leader: LeaderShare
}

/**
 * Decides which partitions may take memory. A partition is stuck when it was overtaken: no batch of it has settled, while
 * those of others were acknowledged that were opened later. So are all partitions of a leader that has acknowledged
 * nothing since. They would take all memory in the end, and then no record of any other partition finds room. So they get
 * none while a quarter of the memory is in use. A partition that holds nothing may still take what one record needs, for
 * nothing else could show that it works again.
 */
export class Shares {
  readonly #memory: Memory
  readonly #stuckBytes: number
  readonly #overtaking: Overtaking
  /** Those that have unsettled batches and are not stuck, by `since`: only the first of them must be looked at. */
  readonly #judged = new LinkedList<SharingPartition>()
  readonly #leaders = new Map<number | null, LeaderShare>()
  #hasNews = false

  constructor(memory: Memory) {
    this.#memory = memory
    this.#stuckBytes = memory.limit * partOfStuck
    this.#overtaking = new Overtaking(memory.limit)
  }

  /** The generation of a batch that is opened now. */
  get generation(): number {
    return this.#overtaking.generation
  }

  /** Whether stuck partitions get memory now. */
  get stuckMayTake(): boolean {
    return this.#memory.used < this.#stuckBytes
  }

  /**
   * @param taken - what the record in question has taken already. It does not count: the answer is the same before and
   * after the record has given it back, so that all who ask agree on why the record was refused
   */
  mayTake(partition: SharingPartition, taken = 0): boolean {
    const { stuck, holdsNothing, leader } = partition
    if (!stuck && !leader.silent) return true
    if (holdsNothing && (!leader.silent || leader.batches === 0)) return true
    return this.#memory.used - taken < this.#stuckBytes
  }

  /** @param node - the number of the broker; null where the partition has no leader */
  leader(node: number | null): LeaderShare {
    const known = this.#leaders.get(node)
    if (known !== undefined) return known
    const leader = new LeaderShare()
    this.#leaders.set(node, leader)
    return leader
  }

  /** Whether partitions may take memory by now whose own batches have not settled. Until the next call that is no news. */
  takeNews(): boolean {
    const hasNews = this.#hasNews
    this.#hasNews = false
    return hasNews
  }

  /** Partitions have other leaders, or not all that the news was for were asked. */
  announce(): void {
    this.#hasNews = true
  }

  opened(batch: SharingBatch): void {
    batch.leader.batches++
    if (batch.partition.inJudged === null) this.#judgeFromNow(batch.partition)
  }

  settled({ leader, partition }: SharingBatch): void {
    leader.batches--
    if (leader.silent && leader.batches === 0) this.announce()
    this.#judgeFromNow(partition)
  }

  /** Records of a batch of the partition, which took these bytes of the memory, are in the log. */
  acknowledged(partition: SharingPartition, generation: number, bytes: number): void {
    const { leader } = partition
    this.#overtaking.acknowledged(generation, bytes)
    leader.answered = this.#overtaking.generation
    if (leader.silent) this.announce()
    leader.silent = false
    // One that was stuck must catch up. If it answers now and then, it would take all memory in the end, too.
    if (partition.stuck) partition.stuck = this.#overtaking.isOvertaken(partition.oldestGeneration)
    this.#judgeFromNow(partition)
    const judged = this.#judged
    for (let { first } = judged; first !== null; { first } = judged) {
      if (!this.#overtaking.isOvertaken(first.since)) return
      this.#overtaken(first)
    }
  }

  /** The partition has shown that it works, or has its first batch. */
  #judgeFromNow(partition: SharingPartition): void {
    const { generation } = this.#overtaking
    const judges = !partition.stuck && !partition.holdsNothing
    if (judges && partition.inJudged !== null && partition.since === generation) return
    partition.inJudged?.remove()
    partition.inJudged = judges ? this.#judged.add(partition) : null
    partition.since = generation
  }

  #overtaken(partition: SharingPartition): void {
    const { leader } = partition
    if (this.#overtaking.isOvertaken(leader.answered)) leader.silent = true
    partition.stuck = true
    this.#judgeFromNow(partition)
  }
}
