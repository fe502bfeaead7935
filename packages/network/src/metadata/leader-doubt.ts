import type { PartitionMetadata } from '@sluice/protocol'
import { type AnswerSource, unknownBroker } from './answer-source.js'

/** So many points speak for a lower epoch (franz-go counts to five, too). */
const enough = 5
/** What an answer weighs after the believed leader itself has refused: it need not be asked as often. */
const weightAfterRefusal = 3

/**
 * What speaks against the believed leader of one partition. It has the highest epoch that was heard of, and that is mostly
 * right, for brokers lag behind. But a topic that was created again counts from 0, and a broker may err: then every answer
 * names a lower epoch, and no batch is ever taken. So answers that agree with each other prove the lower epoch, unless all of
 * them come from one broker that may lag behind.
 */
export class LeaderDoubt {
  /** What the last lower answer said; null before the first. */
  #named: PartitionMetadata | null = null
  #points = 0
  readonly #brokers = new Set<number>()
  #refused = false
  /** Whether somebody has spoken who need not be doubted: the believed leader, a broker that has told its epoch itself, the only broker. */
  #credible = false

  /** The believed leader has refused a batch. Several refusals before the next answer tell no more than one. */
  refused(): void {
    this.#refused = true
    this.#credible = true
  }

  /**
   * An answer names a lower epoch.
   * @param believed - the leader with the higher epoch
   * @param toldBy - the broker that told it last
   * @returns whether the lower epoch is to be believed now
   */
  answered(
    named: PartitionMetadata,
    source: AnswerSource,
    believed: PartitionMetadata,
    toldBy: number,
  ): boolean {
    if (source.broker === unknownBroker) return false
    if (this.#named === null || !isSameLeader(named, this.#named)) this.#beginWith(named)
    const isGone = believed.leader !== null && !source.hasBroker(believed.leader)
    this.#points += this.#refused || isGone ? weightAfterRefusal : 1
    this.#refused = false
    this.#brokers.add(source.broker)
    // What a broker knows never grows older: it has told the higher epoch, and knows better by now.
    const knows = source.broker === toldBy || source.broker === believed.leader
    if (knows || isGone || source.alone) this.#credible = true
    return this.#isProven
  }

  get #isProven(): boolean {
    return this.#points >= enough && (this.#credible || this.#brokers.size > 1)
  }

  #beginWith(named: PartitionMetadata): void {
    this.#named = named
    this.#points = 0
    this.#brokers.clear()
  }
}

function isSameLeader(a: PartitionMetadata, b: PartitionMetadata): boolean {
  return a.leader === b.leader && a.leaderEpoch === b.leaderEpoch
}
