import type { OffsetsOfGroup, Transactions } from '@sluice/sender'
import type { BoundedWaits } from './bounded-waits.js'
import { LastingCall } from './lasting-call.js'

/** What sends offsets. */
export interface SentOffsetsDeps {
  readonly transactions: Transactions
  readonly waits: BoundedWaits
}

/** The offsets that a transaction was given, until the sending half has settled them. */
export class SentOffsets {
  readonly #deps: SentOffsetsDeps
  /** By what was given: the same call made again waits for the same end. */
  readonly #calls = new Map<string, LastingCall<void>>()
  readonly #underWay = new Set<Promise<void>>()

  constructor(deps: SentOffsetsDeps) {
    this.#deps = deps
  }

  /**
   * @param onFailure - hears of a failure although the caller has stopped waiting
   * @throws KafkaError what the coordinator refuses them with, TRANSACTION_TIMEOUT
   */
  async send(offsets: OffsetsOfGroup, onFailure: (error: unknown) => void): Promise<void> {
    if (offsets.offsets.length === 0) return
    const key = JSON.stringify(offsets, textOfBigInt)
    const call = this.#calls.get(key) ?? new LastingCall<void>()
    this.#calls.set(key, call)
    try {
      await call.join(
        () => this.#begun(offsets, onFailure),
        (work) => this.#deps.waits.until(work, 'sendOffsets'),
      )
    } finally {
      if (!call.untold && !call.awaited) this.#calls.delete(key)
    }
  }

  /** Resolves when nothing is under way, whatever the results. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  #begun(offsets: OffsetsOfGroup, onFailure: (error: unknown) => void): Promise<void> {
    const work = this.#deps.transactions.sendOffsets(offsets)
    const ended = (): void => void this.#underWay.delete(work)
    this.#underWay.add(work)
    work.then(ended, (error: unknown) => {
      ended()
      onFailure(error)
    })
    return work
  }
}

function textOfBigInt(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
