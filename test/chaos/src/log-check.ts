import { acknowledgedLogs, type AcknowledgedLog } from './acknowledged-log.js'
import { fates, type Ledger } from './ledger.js'

/** How the log differs from what the senders were told; all zero is as it must be. */
export interface Findings {
  /** Acknowledged, and not in the log at the offset acknowledged. */
  readonly lost: number
  /** In the log more than once. */
  readonly duplicated: number
  /** In the log behind a record that was sent later, or in another partition than the others of their key. */
  readonly reordered: number
  /** Refused with `persisted: 'no'` and in the log, or with `'yes'` and not in it. */
  readonly untrue: number
  readonly unsettled: number
  /** Settled more than once. */
  readonly resettled: number
  /** Never sent. */
  readonly foreign: number
}

export interface LogCheckOptions {
  /** The key of a record, as a small number; undefined for a record without. */
  readonly keyOf: (id: number) => number | undefined
  /** Whether a key may be found in several partitions, for the topic has grown. */
  readonly keysMove?: boolean
  /** Whether offsets may begin anew, for the topic was created again: then only its last incarnation counts. */
  readonly recreated?: boolean
}

const seen = 1
const atItsPlace = 2

/** Takes a log record by record, in order within each partition, and compares it with the ledger. */
export class LogCheck {
  readonly #ledger: Ledger
  readonly #options: LogCheckOptions
  readonly #logs: readonly AcknowledgedLog[]
  readonly #marks: Uint8Array
  /** By partition. */
  readonly #lastId: number[] = []
  readonly #partitionOfKey: number[] = []
  #duplicated = 0
  #reordered = 0
  #foreign = 0

  constructor(ledger: Ledger, options: LogCheckOptions) {
    this.#ledger = ledger
    this.#options = options
    this.#logs = acknowledgedLogs(ledger)
    this.#marks = new Uint8Array(ledger.sent)
  }

  take(partition: number, offset: number, id: number): void {
    if (!(id < this.#marks.length)) {
      this.#foreign++
      return
    }
    if (this.#marks[id] !== 0) this.#duplicated++
    else if (id < (this.#lastId[partition] ?? -1) || this.#strays(id, partition)) this.#reordered++
    this.#lastId[partition] = Math.max(id, this.#lastId[partition] ?? -1)
    this.#marks[id]! |= seen
    const isThere = this.#ledger.partitionOf(id) === partition
    if (isThere && this.#ledger.offsetOf(id) === offset) this.#marks[id]! |= atItsPlace
  }

  /** To be called after the last record. */
  conclude(): Findings {
    let [lost, untrue, unsettled] = [0, 0, 0]
    for (let id = 0; id < this.#marks.length; id++) {
      const fate = this.#ledger.fateOf(id)
      if (fate === fates.open) unsettled++
      else if (fate === fates.acknowledged) lost += this.#isLost(id) ? 1 : 0
      else untrue += this.#isUntrue(id, fate) ? 1 : 0
    }
    const { resettled } = this.#ledger
    const reordered = this.#reordered + this.#fellBack()
    const [duplicated, foreign] = [this.#duplicated, this.#foreign]
    return { lost, duplicated, reordered, untrue, unsettled, resettled, foreign }
  }

  #strays(id: number, partition: number): boolean {
    const key = this.#options.keyOf(id)
    if (key === undefined || this.#options.keysMove) return false
    this.#partitionOfKey[key] ??= partition
    return this.#partitionOfKey[key] !== partition
  }

  #isLost(id: number): boolean {
    const mark = this.#marks[id]!
    // What the old incarnation acknowledged went with it, by its owner's will.
    if (this.#isOfOldLog(id)) return mark !== 0
    return this.#ledger.offsetOf(id) < 0 ? mark === 0 : (mark & atItsPlace) === 0
  }

  #isUntrue(id: number, fate: number): boolean {
    const isThere = this.#marks[id] !== 0
    return (fate === fates.no && isThere) || (fate === fates.yes && !isThere)
  }

  #isOfOldLog(id: number): boolean {
    if (!this.#options.recreated) return false
    return id < (this.#logs[this.#ledger.partitionOf(id)]?.firstId ?? 0)
  }

  /** Acknowledged offsets fell though the topic is still the same. */
  #fellBack(): number {
    if (this.#options.recreated) return 0
    return this.#logs.reduce((sum, { restarts }) => sum + restarts, 0)
  }

  /** Of the logs acknowledged last, by partition. */
  get ends(): readonly number[] {
    return Array.from(this.#logs, (log) => log?.end ?? 0)
  }
}
