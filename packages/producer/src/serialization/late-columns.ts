import { CheckedRecords } from '../intake/checked-records.js'
import type { PendingRecord } from '../intake/pending-record.js'
import type { UnsettledContents } from '../intake/unsettled-contents.js'

/** The records of one `sendMany` of a producer with serializers, some of which may not have answered yet. */
export class LateColumns extends CheckedRecords {
  readonly #unsettled: { readonly at: number; readonly contents: UnsettledContents }[] = []

  override get isLate(): boolean {
    return this.#unsettled.length > 0
  }

  override set(at: number, record: PendingRecord): void {
    super.set(at, record)
    const { unsettled: contents } = record
    if (contents !== null) this.#unsettled.push({ at, contents })
  }

  override async settled(): Promise<void> {
    await Promise.all(this.#unsettled.map(({ at, contents }) => this.#settle(at, contents)))
  }

  async #settle(at: number, contents: UnsettledContents): Promise<void> {
    const [key, value] = await contents.settled()
    this.complete(at, key, value)
  }
}
