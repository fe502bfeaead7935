import type { QueuedBatch } from '@sluice/accumulator'

type Place = Pick<QueuedBatch, 'id' | 'first'>

/** Sorts by the order of appending, which is that of each partition; parts of one batch by their records. */
export function inOrderOfAppend(a: Place, b: Place): number {
  return a.id - b.id || a.first - b.first
}

export function isBefore(a: Place, b: Place): boolean {
  return inOrderOfAppend(a, b) < 0
}
