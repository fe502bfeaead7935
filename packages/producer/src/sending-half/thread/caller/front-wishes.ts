import type { DueMessage, ToQueue } from '@sluice/accumulator'

/** One partition, as the front speaks of it. */
interface PartitionWishes {
  /** The front's last word on its open batch, unless that was sealed since. */
  due: DueMessage | null
  /** How many of its batches are on their way, or on the sender's thread, and not settled. */
  unsettled: number
}

/**
 * What the front has asked for, and asks for only once: topics, and the end of batches that are due. A thread that takes the
 * place of another must hear of it.
 */
export class FrontWishes {
  readonly #topics = new Map<string, PartitionWishes[]>()

  get empty(): boolean {
    return this.#topics.size === 0
  }

  want(topic: string): void {
    if (!this.#topics.has(topic)) this.#topics.set(topic, [])
  }

  forget(topic: string): void {
    this.#topics.delete(topic)
  }

  /** @returns whether nothing of the partition is on its way: then its open batch need not wait for the other thread's word */
  due(message: DueMessage): boolean {
    const partition = this.#partition(message)
    partition.due = message
    return partition.unsettled === 0
  }

  /** The open batch is no longer due: it is sealed, or will be. */
  sealed(of: { readonly topic: string; readonly partition: number }): void {
    const partition = this.#partition(of)
    partition.due = null
    partition.unsettled++
  }

  settled(of: { readonly topic: string; readonly partition: number }): void {
    const partition = this.#topics.get(of.topic)?.[of.partition]
    if (partition !== undefined && partition.unsettled > 0) partition.unsettled--
  }

  /** For a new thread. */
  *again(): Generator<ToQueue> {
    for (const [topic, partitions] of this.#topics) {
      yield { type: 'topic', topic }
      for (const partition of partitions) if (partition.due !== null) yield partition.due
    }
  }

  #partition({ topic, partition }: { topic: string; partition: number }): PartitionWishes {
    let partitions = this.#topics.get(topic)
    if (partitions === undefined) this.#topics.set(topic, (partitions = []))
    while (partitions.length <= partition) partitions.push({ due: null, unsettled: 0 })
    return partitions[partition]!
  }
}
