import { withoutPartitions } from './consumer-assignment.js'

/** The partitions of a group that a test has taken away from its members. */
export class WithheldPartitions {
  /** Each time that partitions were taken, for the same ones may be taken twice. */
  readonly #taken = new Set<{ readonly topic: string; readonly partitions: readonly number[] }>()

  /** @returns A function that gives them back, and returns whether they were still taken. */
  take(topic: string, partitions: readonly number[]): () => boolean {
    const taken = { topic, partitions: [...partitions] }
    this.#taken.add(taken)
    return () => this.#taken.delete(taken)
  }

  has(topic: string, partition: number): boolean {
    return [...this.#taken].some((one) => one.topic === topic && one.partitions.includes(partition))
  }

  /** What is left of an assignment of a consumer. */
  leave(assigned: Uint8Array): Uint8Array {
    if (this.#taken.size === 0) return assigned
    return withoutPartitions(assigned, (topic, partition) => this.has(topic, partition))
  }
}
