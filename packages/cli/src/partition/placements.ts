import { Buffer } from 'node:buffer'
import type { Partitioner } from '@sluice/partitioner'
import { partitioners } from '../connection/partitioners.js'

/** The partitioners that place a key the same way each time. `sticky` places keys as `murmur2` does. */
export const keyedPartitioners = ['murmur2', 'crc32', 'kafkajs-legacy'] as const

/** Where each of the `keyedPartitioners` puts the key, in their order. */
export function placementsOf(topic: string, key: string, partitionCount: number): number[] {
  return keyedPartitioners.map((name) =>
    placementOf(partitioners[name](), topic, key, partitionCount),
  )
}

function placementOf(
  partitioner: Partitioner,
  topic: string,
  key: string,
  partitionCount: number,
): number {
  const input = { keyBytes: Buffer.from(key), record: { topic, key, value: null } }
  const all = Array.from({ length: partitionCount }, (_, partition) => partition)
  return partitioner.forTopic(topic).partition(input, {
    partitionCount,
    available: all,
    batchBytes: 1,
    queuedBatches: () => 0,
    delayedMs: () => 0,
  })
}
