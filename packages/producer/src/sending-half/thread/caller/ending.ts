import type { SealedBatch } from '@sluice/accumulator'
import type { ErrorDescription, KafkaError } from '@sluice/protocol'
import {
  batchLost,
  closedBeforeSent,
  closedMeanwhile,
  connectionClosed,
  deathOf,
  lossOf,
  transactionsLost,
} from './thread-errors.js'

/** Whether threads still take batches, and the errors of what is lost with one. */
export class Ending {
  readonly #transactional: boolean
  #over: KafkaError | null = null
  #isClosing = false

  constructor(transactional: boolean) {
    this.#transactional = transactional
  }

  /** Why no batch goes to a thread any more; null as long as batches do. */
  get over(): KafkaError | null {
    return this.#over
  }

  /** Why `connect()` asks no thread any more. */
  get ofConnect(): KafkaError | null {
    return this.#isClosing ? connectionClosed() : this.#over
  }

  close(): void {
    this.#isClosing = true
    this.#over ??= closedBeforeSent()
  }

  /** A transaction does not outlive its thread. @returns whether another thread may take the place of this one */
  died(death: string): boolean {
    if (this.#transactional) this.#over ??= transactionsLost(death)
    return this.#over === null
  }

  ofBatch(
    batch: Pick<SealedBatch, 'topic' | 'partition'>,
    persisted: 'no' | 'possibly',
    death: string,
  ): ErrorDescription {
    return this.#isClosing ? closedMeanwhile(batch, persisted) : batchLost(batch, persisted, death)
  }

  ofCall(reason: Error): KafkaError {
    if (this.#transactional) return transactionsLost(deathOf(reason), 'possibly')
    return this.#isClosing ? connectionClosed() : lossOf(reason)
  }
}
