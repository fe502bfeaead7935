import type { Delivery } from '../../delivery.js'

/** The records of a group: copies, or records whose bytes are the caller's. They are numbered from 0. */
export interface GroupRecords {
  /** How many were ever added. */
  readonly count: number
  /** How many of them have not been removed. */
  readonly size: number
  /** What they hold of the memory for waiting records. */
  readonly heldBytes: number
  has(index: number): boolean
  deliveryOf(index: number): Delivery
  aOf(index: number): unknown
  bOf(index: number): unknown
  /** Appends the record. @returns false when there is no room */
  place(index: number): boolean
  remove(index: number): void
}
