import type { PendingRecord, TargetTopic } from './pending-record.js'
import { type HeldBackRecords, type ManyRecordsDeps, RestOfMany } from './rest-of-many.js'

/**
 * The records of one `sendMany` whose partitions are held back, and that are not copied. Those of one partition wait with
 * it, in one place that stands for all of them, while the others go on.
 */
export class HeldBackRests implements HeldBackRecords {
  readonly #deps: ManyRecordsDeps
  /** The next record of the partition may join these. */
  readonly #open = new Map<TargetTopic, Map<number, RestOfMany>>()
  readonly #all: RestOfMany[] = []
  /** How many failed as soon as they waited. */
  #refused = 0

  constructor(deps: ManyRecordsDeps) {
    this.#deps = deps
  }

  take(at: number, pending: PendingRecord): void {
    if (!this.join(at, pending)) this.#begin(at, pending)
  }

  /** @returns false when no rest waits for the partition of the record */
  join(at: number, { topic, partition }: PendingRecord): boolean {
    return this.#open.get(topic)?.get(partition)?.add(at) === true
  }

  /** The next record of the topic waits by itself: no later one may join those that wait before it. */
  close(topic: TargetTopic): void {
    this.#open.delete(topic)
  }

  /** How many records would leave now. */
  get leavingRecords(): number {
    return this.#all.reduce((count, rest) => count + rest.leavingRecords, 0)
  }

  /** Takes out all that wait. @returns how many are surely in no batch */
  leave(): number {
    return this.#all.reduce((count, rest) => count + rest.leave(), this.#refused)
  }

  #begin(at: number, { topic, partition }: PendingRecord): void {
    const rest = new RestOfMany(topic, this.#deps, this, partition)
    rest.add(at)
    rest.wait()
    if (rest.ended) {
      this.#refused++
      return
    }
    this.#all.push(rest)
    const open = this.#open.get(topic) ?? new Map<number, RestOfMany>()
    this.#open.set(topic, open.set(partition, rest))
  }
}
