import type { Placed } from '../../accumulator-front.js'
import type { Shares, SharingPartition } from '../memory/shares.js'
import { ParkedRecords } from './parked-records.js'

/** A partition that may be held back, because it is stuck and memory is short. */
export interface HoldablePartition extends SharingPartition {
  readonly index: number
  /** True from when a record of it was refused memory until it may take memory again. */
  heldBack: boolean
  /** Its records that wait. While there are any, no other record of the partition is appended. Null when there never were any. */
  parked: ParkedRecords | null
  /** True while a parked record is placed: the next append to the partition is that record's. */
  lettingIn: boolean
  /** Its topic, as far as this room must know it. */
  readonly holder: PartitionHolder
}

export interface PartitionHolder {
  /** Seals the open batch, so that no record gets into it past those that are parked. */
  endBatch(partition: HoldablePartition): void
  /** Another set of its partitions is held back. */
  heldBackChanged(partition: HoldablePartition): void
}

/** Places a parked record. @returns true when it has gone; false, or `partly`, when it stays where it is */
export type PlaceParked = (ticket: number, partition: HoldablePartition) => Placed

/**
 * The partitions that get no memory now, and their records that wait for it. Records of other partitions pass them. The
 * records of one partition keep their order: each of them gets its partition before any that comes after it.
 */
export class HeldBack {
  readonly #shares: Shares
  readonly #waits: (ticket: number) => boolean
  /** In the order of service. */
  readonly #partitions = new Set<HoldablePartition>()
  /** May take memory again, and have parked records. */
  readonly #released = new Set<HoldablePartition>()

  /** @param waits - whether the record with this ticket still waits */
  constructor(shares: Shares, waits: (ticket: number) => boolean) {
    this.#shares = shares
    this.#waits = waits
  }

  /** The partition has asked for memory in vain. */
  add(partition: HoldablePartition): void {
    partition.holder.endBatch(partition)
    if (partition.heldBack) return
    partition.heldBack = true
    this.#released.delete(partition)
    this.#partitions.add(partition)
    partition.holder.heldBackChanged(partition)
  }

  park(partition: HoldablePartition, ticket: number): void {
    partition.parked ??= new ParkedRecords(this.#waits)
    partition.parked.add(ticket)
  }

  /** Batches of the partition have settled. */
  retry(partition: HoldablePartition): void {
    if (partition.heldBack && this.#shares.mayTake(partition)) this.#release(partition)
  }

  /** Places what may be placed now. @returns false when memory is short for a partition that is not held back */
  advance(place: PlaceParked): boolean {
    for (const partition of this.#released) if (!this.#placeAll(partition, place)) return false
    if (this.#shares.takeNews() && !this.#askAgain(place)) return false
    while (this.#shares.stuckMayTake) {
      const [partition] = this.#partitions
      if (partition === undefined) break
      this.#release(partition)
      if (!this.#placeAll(partition, place)) return false
    }
    return true
  }

  /** A leader answers again, or holds nothing: any of its partitions may take memory, the oldest first. */
  #askAgain(place: PlaceParked): boolean {
    // A partition that is refused again stands at the end of those that there are now.
    let { size: left } = this.#partitions
    for (const partition of this.#partitions) {
      if (left-- === 0) break
      if (!this.#shares.mayTake(partition)) continue
      this.#release(partition)
      if (this.#placeAll(partition, place)) continue
      this.#shares.announce()
      return false
    }
    return true
  }

  #release(partition: HoldablePartition): void {
    partition.heldBack = false
    this.#partitions.delete(partition)
    this.#released.add(partition)
    partition.holder.heldBackChanged(partition)
  }

  #placeAll(partition: HoldablePartition, place: PlaceParked): boolean {
    for (let ticket = firstOf(partition); ticket >= 0; ticket = firstOf(partition)) {
      partition.lettingIn = true
      const placed = place(ticket, partition)
      partition.lettingIn = false
      // A record that stands for many needs a new pass for the next of them.
      if (placed !== false) continue
      if (!partition.heldBack) partition.holder.endBatch(partition)
      return partition.heldBack
    }
    this.#released.delete(partition)
    return true
  }
}

function firstOf({ parked }: HoldablePartition): number {
  return parked === null ? -1 : parked.first
}
