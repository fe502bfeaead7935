import type { ProducerRecord } from '@sluice/producer'
import { topic } from '../pipeline/brokers.js'

export const valueBytes = 100

/** Of the loads that measure the CPU. */
export const recordsPerGroup = 1_000

const value = Buffer.alloc(valueBytes, 'x')

/** The same for each group. Their keys reach all partitions. */
export const records: readonly ProducerRecord[] = Array.from(
  { length: recordsPerGroup },
  (_, i) => ({ topic, key: `key-${String(i).padStart(12, '0')}`, value }),
)

/** What is done with a group of records. */
export interface Load {
  readonly way: 'enqueue' | 'send'
  readonly transactional: boolean
  /**
   * Whether a single record follows when the group is acknowledged, as EndTxn does: the least that another round trip can
   * cost.
   */
  readonly followed: boolean
}

export const loads = {
  'idempotent enqueue': { way: 'enqueue', transactional: false, followed: false },
  'the same, and another round trip': { way: 'enqueue', transactional: false, followed: true },
  'transaction enqueue': { way: 'enqueue', transactional: true, followed: false },
  'idempotent send': { way: 'send', transactional: false, followed: false },
  'transaction send': { way: 'send', transactional: true, followed: false },
} satisfies Record<string, Load>

export type LoadName = keyof typeof loads
