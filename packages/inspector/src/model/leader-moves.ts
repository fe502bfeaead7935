import type { PartitionQueue } from './queues.js'

/** A topic of so many partitions is followed. More would only fill the memory of the service. */
const limit = 10_000

/** Knows the last leader of each partition, and so which of them have moved. */
export class LeaderMoves {
  readonly #leaders = new Map<string, number | null>()

  /** @returns a sentence for each pair of brokers between which partitions have moved */
  seen(queues: readonly PartitionQueue[]): string[] {
    const moves = new Map<string, string[]>()
    for (const { topic, partition, leader } of queues) {
      const name = `${topic}-${partition}`
      const before = this.#leaders.get(name)
      if (before !== undefined && before !== leader) {
        const way = `from ${brokerName(before)} to ${brokerName(leader)}`
        moves.set(way, [...(moves.get(way) ?? []), name])
      }
      if (before !== undefined || this.#leaders.size < limit) this.#leaders.set(name, leader)
    }
    return [...moves].map(([way, names]) => `${listed(names)} moved ${way}`)
  }
}

function brokerName(id: number | null): string {
  return id === null ? 'no leader' : `broker ${id}`
}

/** Three names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - 3
  return names.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
