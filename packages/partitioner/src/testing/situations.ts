import type { PartitionInput, TopicView } from '../partitioner.js'

/** A topic with uneven queues and small batches. It is frozen, for a partitioner must not change it. */
export function aTopic(partitionCount: number, available: readonly number[]): TopicView {
  return Object.freeze({
    partitionCount,
    available: Object.freeze([...available]),
    batchBytes: 500,
    queuedBatches: (partition: number) => (partition * 7) % 5,
    delayedMs: (partition: number) => (partition % 3) * 10_000,
    leaderRack: (partition: number) => (partition % 4 === 3 ? undefined : `rack-${partition % 4}`),
  })
}

/** Topics of 1 to 1 000 partitions. All partitions have a leader, or every second, or only the last. */
export function* topics(): Generator<TopicView> {
  for (const count of [1, 2, 3, 5, 12, 100, 1000]) {
    const all = Array.from({ length: count }, (_, partition) => partition)
    yield aTopic(count, all)
    yield aTopic(
      count,
      all.filter((partition) => partition % 2 === 0),
    )
    yield aTopic(count, [count - 1])
  }
}

/** Keys as text and as bytes, empty and long, ASCII and not. */
export function keys(): (string | Uint8Array)[] {
  const texts = Array.from({ length: 64 }, (_, i) => `key-${i}`)
  const bytes = Array.from({ length: 64 }, (_, i) => new Uint8Array(i).fill(255 - i))
  return [...texts, ...bytes, 'ключ', '鍵🔑', 'k'.repeat(5000)]
}

/** All keys but the empty key. */
export function fullKeys(): (string | Uint8Array)[] {
  return keys().filter((key) => key.length > 0)
}

export function input(key: string | Uint8Array | null, topic = 'orders'): PartitionInput {
  const keyBytes = typeof key === 'string' ? new TextEncoder().encode(key) : key
  return {
    keyBytes,
    record: Object.freeze({ topic, key, value: 'value', headers: { trace: '1' } }),
  }
}
