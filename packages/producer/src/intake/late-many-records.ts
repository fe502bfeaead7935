import { HeldBackRests } from './held-back-rests.js'
import type { TargetTopic } from './pending-record.js'
import { type ManyRecordsDeps, RestOfMany } from './rest-of-many.js'

/**
 * Takes the records of one `sendMany` for which serializers have not answered yet. One place in the line of each topic stands
 * for all its records. No record is appended before all serializers have answered.
 */
export class LateManyRecords {
  readonly #deps: ManyRecordsDeps
  readonly #rests = new Map<TargetTopic, RestOfMany>()
  readonly #heldBack: HeldBackRests
  #left = 0

  constructor(deps: ManyRecordsDeps) {
    this.#deps = deps
    this.#heldBack = new HeldBackRests(deps)
  }

  /** Whether all have failed already, for no place could be kept. */
  get refused(): boolean {
    return [...this.#rests.values()].every(({ ended }) => ended)
  }

  take(): void {
    const { records } = this.#deps
    for (let at = 0; at < records.count; at++) this.#restOf(records.topicOf(at)).add(at)
    for (const rest of this.#rests.values()) rest.reserve()
    records.settled().then(
      () => this.#complete(),
      (error: unknown) => this.#refuse(error),
    )
  }

  /** How many records have left the line because the caller did. */
  get left(): number {
    return this.#left
  }

  /** Takes out all that wait. @returns whether surely no record is in a batch */
  leave(): boolean {
    const rests = [...this.#rests.values()]
    for (const rest of rests) this.#left += rest.leavingRecords
    this.#left += this.#heldBack.leavingRecords
    const left = rests.reduce((count, rest) => count + rest.leave(), this.#heldBack.leave())
    return left === this.#deps.records.count
  }

  #restOf(topic: TargetTopic): RestOfMany {
    const known = this.#rests.get(topic)
    if (known !== undefined) return known
    const rest = new RestOfMany(topic, this.#deps, this.#heldBack, -1)
    this.#rests.set(topic, rest)
    return rest
  }

  #complete(): void {
    for (const rest of this.#rests.values()) rest.complete()
  }

  /** The call ends as one of which a record is not valid. */
  #refuse(error: unknown): void {
    this.leave()
    this.#deps.group.refuse(error)
  }
}
