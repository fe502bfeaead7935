import type { PartitionQueue } from './partition-queue.js'

const noPartitions: readonly PartitionQueue[] = []

/** What `ready` found for each leader, until the next call: its partitions in the order of service. */
export class LeaderGroups {
  readonly #groups = new Map<number, PartitionQueue[]>()

  clear(): void {
    this.#groups.clear()
  }

  add(node: number, partition: PartitionQueue): void {
    const group = this.#groups.get(node)
    if (group === undefined) this.#groups.set(node, [partition])
    else group.push(partition)
  }

  of(node: number): readonly PartitionQueue[] {
    return this.#groups.get(node) ?? noPartitions
  }

  /** The leader's next request begins with those partitions that had no turn. */
  beginWith(node: number, turn: number): void {
    const group = this.of(node)
    this.#groups.set(node, group.slice(turn).concat(group.slice(0, turn)))
  }

  /** Where most partitions gave nothing to a request, the next one does not look at those that are empty. */
  forgetEmpty(node: number, drained: number): void {
    const group = this.of(node)
    if (drained === 0 || drained * 2 > group.length) return
    this.#groups.set(
      node,
      group.filter((partition) => !partition.empty),
    )
  }
}
