import type { KafkaError } from '@sluice/protocol'
import type { LinkedList } from '../lists/linked-list.js'
import { CopiedRecords } from './records/copied-records.js'
import type { WaitingErrors } from './waiting-errors.js'
import type { WaitingGroup } from './waiting-group.js'

/** Records of partitions that are held back hold at most this part of the memory for waiting records. */
const partOfParked = 3 / 4

/** The account of the memory that waiting records hold, of which parked ones may hold a part. */
export class WaitingMemory {
  readonly #limit: number
  readonly #errors: WaitingErrors
  readonly #parked: LinkedList<WaitingGroup>
  #records = 0
  #bytes = 0
  #parkedBytes = 0

  /** @param parked - the groups of which all records are parked */
  constructor(limit: number, errors: WaitingErrors, parked: LinkedList<WaitingGroup>) {
    this.#limit = limit
    this.#errors = errors
    this.#parked = parked
  }

  /** How many records wait. */
  get records(): number {
    return this.#records
  }

  /** How many bytes they hold. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many of these bytes are held for partitions that are held back. */
  get parkedBytes(): number {
    return this.#parkedBytes
  }

  /** Why a record that would hold so much cannot wait; null when it can. */
  refusalOf(cost: number, line: LinkedList<WaitingGroup>): KafkaError | null {
    // An empty line takes any record that the memory could hold.
    if (this.#records > 0 && this.#bytes + cost > this.#limit)
      return this.#errors.full(this.#records, this.#bytes)
    if (line === this.#parked && this.#parkedBytes + cost > this.#limit * partOfParked)
      return this.#errors.fullOfStuck(this.#parkedBytes)
    return null
  }

  /** A record waits in a group of this line. */
  joined(cost: number, line: LinkedList<WaitingGroup>): void {
    this.#records++
    this.#bytes += cost
    if (line === this.#parked) this.#parkedBytes += cost
    this.#errors.joined()
  }

  /**
   * The one record of the group has got its key and value.
   *
   * @param completed - the record as it is now, or why it cannot wait
   * @returns why it cannot wait, of which a full line is a reason, too; null when it can
   */
  complete(group: WaitingGroup, completed: CopiedRecords | KafkaError): KafkaError | null {
    if (!(completed instanceof CopiedRecords)) return completed
    const growth = completed.heldBytes - group.records.heldBytes
    const isAlone = this.#records === 1
    if (growth > 0 && !isAlone && this.#bytes + growth > this.#limit)
      return this.#errors.full(this.#records, this.#bytes)
    this.given(group, -growth)
    group.records = completed
    group.whole = true
    return null
  }

  /** A record of the group waits no more. */
  left(group: WaitingGroup, bytes: number): void {
    this.#records--
    this.given(group, bytes)
    this.#errors.left()
  }

  /** The group holds less. */
  given({ inLine }: WaitingGroup, bytes: number): void {
    this.#bytes -= bytes
    if (inLine?.list === this.#parked) this.#parkedBytes -= bytes
  }

  /** All records of the group are parked now. */
  parked({ heldBytes }: WaitingGroup): void {
    this.#parkedBytes += heldBytes
  }
}
