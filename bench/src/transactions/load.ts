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
   * The load whose pace it keeps: each group begins when that load began its own. Null for as fast as it can.
   */
  readonly paceOf: LoadName | null
}

export type LoadName = `${'idempotent' | 'transaction' | 'paced'} ${Load['way']}`

export const loads: Readonly<Record<LoadName, Load>> = {
  'idempotent enqueue': { way: 'enqueue', transactional: false, paceOf: null },
  'transaction enqueue': { way: 'enqueue', transactional: true, paceOf: null },
  'paced enqueue': { way: 'enqueue', transactional: false, paceOf: 'transaction enqueue' },
  'idempotent send': { way: 'send', transactional: false, paceOf: null },
  'transaction send': { way: 'send', transactional: true, paceOf: null },
  'paced send': { way: 'send', transactional: false, paceOf: 'transaction send' },
}
