import type { ProducerRecord } from '@sluice/protocol'
import { valueOf } from './judge/record-name.js'

/** A transaction before it begins, so that its number and its size can be told first. */
export interface PlannedTransaction {
  readonly number: number
  readonly records: readonly ProducerRecord[]
  readonly ending: 'commit' | 'abort'
}

export interface PlanOptions {
  readonly topic: string
  readonly partitions: number
  /** Records of a transaction, at most.
   *  @defaultValue 20 */
  readonly most?: number
  /** And at least.
   *  @defaultValue 0 */
  readonly least?: number
  /** How many of all transactions are aborted.
   *  @defaultValue 0.2 */
  readonly aborts?: number
}

const mostValueBytes = 300

/** Of random size, to random partitions. */
export function planned(
  number: number,
  random: () => number,
  { topic, partitions, most = 20, least = 0, aborts = 0.2 }: PlanOptions,
): PlannedTransaction {
  const size = least + Math.floor(random() * (most - least + 1))
  const records = Array.from({ length: size }, (_, index) => ({
    topic,
    partition: Math.floor(random() * partitions),
    value: valueOf({ transaction: number, index, size }, Math.floor(random() * mostValueBytes)),
  }))
  return { number, records, ending: random() < aborts ? 'abort' : 'commit' }
}
