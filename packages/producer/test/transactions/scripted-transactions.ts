import type { OffsetsOfGroup, Transactions } from '@sluice/sender'

type Call = 'initialize' | 'begin' | 'sendOffsets' | 'commit' | 'abort'

/** Ends a call that was held. */
export interface HeldCall {
  succeed(): void
  fail(error: unknown): void
}

/** Transactions that end as the test says, at once where it says nothing. */
export class ScriptedTransactions implements Transactions {
  /** The calls, in order. */
  readonly calls: Call[] = []
  readonly offsets: OffsetsOfGroup[] = []
  /** What a sender does to the batches that it has, when an abort is certain. */
  onAborted = (): void => {}
  readonly #held = new Map<Call, Promise<void>>()

  /** The next call of this name fails. */
  fail(call: Call, error: unknown): void {
    this.hold(call).fail(error)
  }

  /** The next call of this name is under way until the test ends it. */
  hold(call: Call): HeldCall {
    let held!: HeldCall
    const work = new Promise<void>((succeed, fail) => (held = { succeed, fail }))
    // It may fail before it is called.
    work.catch(() => {})
    this.#held.set(call, work)
    return held
  }

  async initialize(): Promise<void> {
    await this.#called('initialize')
  }

  async begin(): Promise<void> {
    await this.#called('begin')
  }

  async sendOffsets(offsets: OffsetsOfGroup): Promise<void> {
    this.offsets.push(offsets)
    await this.#called('sendOffsets')
  }

  async end(commit: boolean): Promise<void> {
    await this.#called(commit ? 'commit' : 'abort')
    if (!commit) this.onAborted()
  }

  async #called(call: Call): Promise<void> {
    this.calls.push(call)
    const held = this.#held.get(call)
    this.#held.delete(call)
    await held
  }
}
