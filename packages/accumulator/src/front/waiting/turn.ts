import type { KafkaError } from '@sluice/protocol'
import type { WaitingGroup } from './waiting-group.js'

/**
 * The record that is being placed. Code of the user runs meanwhile, such as a partitioner, and may abort the record or
 * close the producer. Whether the record is appended is known only afterwards, so until then it is not taken out.
 */
export class Turn {
  #group: WaitingGroup | null = null
  #index = -1
  #ending: KafkaError | 'left' | null = null

  begin(group: WaitingGroup, index: number): void {
    this.#group = group
    this.#index = index
    this.#ending = null
  }

  isOf(group: WaitingGroup, index: number): boolean {
    return group === this.#group && index === this.#index
  }

  /** The record is to leave, or to fail, where it is not appended. */
  endWith(ending: KafkaError | 'left'): void {
    this.#ending ??= ending
  }

  /** @returns how the record ends if it was not appended; null when it stays in the line */
  end(): KafkaError | 'left' | null {
    this.#group = null
    return this.#ending
  }
}
