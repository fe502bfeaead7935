import type { Delivery } from '../../delivery.js'
import type { LinkedList } from '../lists/linked-list.js'
import { CopiedRecords } from './records/copied-records.js'
import { groupBytes, type WaitingGroup, type WaitingTopic } from './waiting-group.js'
import type { WaitingGroups } from './waiting-groups.js'

/** Records that begin to wait within this part of `maxBlockMs` may share a group, and end their wait together. */
const groupPart = 1_000

/** Says what the first record of a group costs. A full line refuses a million records a second, and none of them needs a group. */
const noRecords = new CopiedRecords()

/** By how much the memory of waiting records grows with one in this group; null for a new group. */
export function costIn(group: WaitingGroup | null, bytes: number, delivery: Delivery): number {
  if (group !== null) return group.records.costOf(bytes, delivery)
  return groupBytes + noRecords.costOf(bytes, delivery)
}

/** The groups that more records may join: two for each topic, since records that are parked at once share none with others. */
export class OpenGroups {
  readonly #groups: WaitingGroups
  readonly #longestMs: number
  readonly #parked: LinkedList<WaitingGroup>
  /** The group gives up the room for more: tells how many bytes that were. */
  readonly #onTrim: (group: WaitingGroup, bytes: number) => void

  /** @param parked - the groups of which all records are parked */
  constructor(
    groups: WaitingGroups,
    maxBlockMs: number,
    parked: LinkedList<WaitingGroup>,
    onTrim: (group: WaitingGroup, bytes: number) => void,
  ) {
    this.#groups = groups
    this.#longestMs = maxBlockMs / groupPart
    this.#parked = parked
    this.#onTrim = onTrim
  }

  /**
   * The group that a record of this many bytes may join.
   *
   * @param line - where the record is to stand
   * @param alone - the record shares its group with none
   */
  find(
    topic: WaitingTopic,
    line: LinkedList<WaitingGroup>,
    bytes: number,
    now: number,
    alone: boolean,
  ): WaitingGroup | null {
    const group = line === this.#parked ? topic.newestParked : topic.newest
    if (group === null) return null
    const isOpen =
      !alone &&
      !this.#groups.isClosed(group) &&
      now - group.began <= this.#longestMs &&
      group.inLine?.list === line &&
      !group.records.isFullFor(bytes)
    if (isOpen) return group
    this.close(group)
    return null
  }

  /** A group at the end of the line. `partOf` is as for `WaitingGroups.add`. */
  add(
    topic: WaitingTopic,
    line: LinkedList<WaitingGroup>,
    records: CopiedRecords,
    now: number,
    partOf: WaitingGroup | null,
  ): WaitingGroup {
    const group = this.#groups.add(topic, records, now, partOf)
    group.inLine = line.add(group)
    if (line === this.#parked) topic.newestParked = group
    else topic.newest = group
    return group
  }

  /** No record joins the group any more. Does nothing where that is so already. */
  close(group: WaitingGroup): void {
    const { topic } = group
    for (const newest of ['newest', 'newestParked'] as const) {
      const open = topic[newest]
      if (open !== group) continue
      topic[newest] = null
      this.#onTrim(open, open.records.trim())
    }
  }
}
