import type { ProducerRecord } from '@sluice/producer'
import { topic } from '../pipeline/brokers.js'

export const valueBytes = 100

/** Of the loads that measure the CPU. */
export const recordsPerTransaction = 1_000

const value = Buffer.alloc(valueBytes, 'x')

/** The same for each transaction. Their keys reach all partitions. */
export const records: readonly ProducerRecord[] = Array.from(
  { length: recordsPerTransaction },
  (_, i) => ({ topic, key: `key-${String(i).padStart(12, '0')}`, value }),
)

export const loadNames = [
  'idempotent enqueue',
  'transaction enqueue',
  'idempotent send',
  'transaction send',
] as const

export type LoadName = (typeof loadNames)[number]
