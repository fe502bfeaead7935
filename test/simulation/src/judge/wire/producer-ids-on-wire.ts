import type { initProducerIdApi, ResponseOf } from '@sluice/protocol'
import type { WireBatch } from './wire-batch.js'

/** What the producer ids are judged by. */
export interface ProducerIdsOnWireDeps {
  readonly now: () => number
  readonly isIdempotent: boolean
  /** Whether the producer has nothing to send. */
  isQuiet(): boolean
  /** Which of the program's producers it has now. */
  producer(): number
}

/** How producer ids are asked for and used, by a producer without a transactional id. */
export class ProducerIdsOnWire {
  readonly #deps: ProducerIdsOnWireDeps
  #open = 0
  /** The producer whose last request has failed. Another one begins anew. */
  #failed: number | null = null

  constructor(deps: ProducerIdsOnWireDeps) {
    this.#deps = deps
  }

  /** @returns what is wrong with asking now, in words */
  asked(transactionalId: string | null): string[] {
    this.#open++
    if (transactionalId !== null) return []
    const at = `at ${this.#deps.now()}`
    const found: string[] = []
    if (this.#open > 1) found.push(`a producer id is asked for ${this.#open} times at once ${at}`)
    if (this.#failed === this.#deps.producer() && this.#deps.isQuiet())
      found.push(`a producer id is asked for in vain ${at}, and nothing waits for it`)
    return found
  }

  answered({ errorCode, producerId }: ResponseOf<typeof initProducerIdApi>): void {
    this.#open--
    this.#failed = errorCode !== 0 || producerId < 0n ? this.#deps.producer() : null
  }

  lost(): void {
    this.#open--
    this.#failed = this.#deps.producer()
  }

  /** A batch without a producer id is written twice where its answer is lost. */
  used({ epoch, ids, place, producerId }: WireBatch): string[] {
    if (!this.#deps.isIdempotent || (producerId >= 0n && epoch >= 0)) return []
    return [`${place}: ${ids.join(' ')} as ${producerId}/${epoch} is not protected from duplicates`]
  }
}
