import type { KafkaError } from '@sluice/protocol'
import type { Placed } from '../../accumulator-front.js'
import { logThrown } from '../../delivery.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import type { HoldablePartition } from './held-back.js'
import { unreadable } from './waiting-errors.js'
import type { WaitingGroup } from './waiting-group.js'

/** How a record ends that is not appended. */
type Ending = KafkaError | 'left'

/**
 * The record that is being placed. Code of the user runs meanwhile, such as a partitioner, and may abort the record or
 * close the producer. Whether the record is appended is known only afterwards, so until then it is not taken out.
 */
export class Turn {
  #group: WaitingGroup | null = null
  #index = -1
  readonly #runtime: AccumulatorRuntime
  #ending: Ending | null = null
  #partition: HoldablePartition | null = null

  constructor(runtime: AccumulatorRuntime) {
    this.#runtime = runtime
  }

  /**
   * Places the record, and a parked one in its partition. A record whose placer throws is not placed again: it might be
   * appended twice.
   *
   * @returns how the record ends, if it is not appended; else as its placer does
   */
  place(group: WaitingGroup, index: number, partition: number): Ending | Placed {
    const { records, topic } = group
    try {
      records.read(index)
    } catch (cause) {
      return unreadable(topic.name, cause)
    }
    this.#group = group
    this.#index = index
    this.#ending = null
    this.#partition = null
    try {
      const placed = records.place(index, partition)
      return placed === true ? true : (this.#ending ?? placed)
    } catch (thrown) {
      logThrown(this.#runtime.logger, topic.name, thrown)
      return true
    } finally {
      this.#group = null
    }
  }

  /** The record found no room, because its partition is held back or, where that is null, because memory is short. */
  refusedBy(partition: HoldablePartition | null): void {
    this.#partition = partition
  }

  /** The group whose record is being placed. */
  get group(): WaitingGroup | null {
    return this.#group
  }

  /** The partition that holds the record back, if any. */
  get partition(): HoldablePartition | null {
    return this.#partition
  }

  isOf(group: WaitingGroup, index: number): boolean {
    return group === this.#group && index === this.#index
  }

  /** The record is to leave, or to fail, where it is not appended. */
  endWith(ending: Ending): void {
    this.#ending ??= ending
  }
}
