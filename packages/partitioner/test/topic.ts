import type { PartitionInput, TopicView } from '../src/index.js'

/** A topic whose state a test sets. */
export class FakeTopic implements TopicView {
  partitionCount: number
  available: number[]
  batchBytes = 1000
  queues: number[] = []
  delays: number[] = []
  racks: (string | undefined)[] = []

  constructor(partitionCount: number, available?: number[]) {
    this.partitionCount = partitionCount
    this.available = available ?? Array.from({ length: partitionCount }, (_, p) => p)
  }

  queuedBatches(partition: number): number {
    return this.queues[partition] ?? 0
  }

  delayedMs(partition: number): number {
    return this.delays[partition] ?? 0
  }

  leaderRack(partition: number): string | undefined {
    return this.racks[partition]
  }
}

export const keyless: PartitionInput = {
  keyBytes: null,
  record: { topic: 'orders', value: 'value' },
}

export function keyedBytes(keyBytes: Uint8Array): PartitionInput {
  return { keyBytes, record: { topic: 'orders', key: keyBytes, value: 'value' } }
}

export function keyed(key: string): PartitionInput {
  return { keyBytes: Buffer.from(key), record: { topic: 'orders', key, value: 'value' } }
}
