import type { TransactionModel } from './transaction-model.js'

const begins = { producerId: -1n, producerEpoch: -1 }

/** Another producer with the same transactional id, which speaks to the coordinator without any trouble. */
export class Successor {
  readonly #model: TransactionModel
  /** The epoch that the coordinator has given to it; null before. */
  #epoch: number | null = null
  /** Whether it has a transaction open. */
  isOpen = false
  /** How many of its transactions have committed. */
  committed = 0
  readonly violations: string[] = []

  constructor(model: TransactionModel) {
    this.#model = model
  }

  get hasBegun(): boolean {
    return this.#epoch !== null
  }

  /** Begins, then opens a transaction with each first call, and commits it with each second one. */
  step(): void {
    if (this.#epoch === null) this.#begin()
    else if (this.isOpen) this.#commit(this.#epoch)
    else this.#open(this.#epoch)
  }

  /** What it has open commits. */
  finish(): void {
    if (this.isOpen) this.step()
  }

  #begin(): void {
    const isRefused = this.#model.init(begins) !== null
    this.#epoch = isRefused ? null : this.#model.identity.producerEpoch
  }

  #open(producerEpoch: number): void {
    const refusal = this.#model.add({ producerEpoch }, [0])
    this.isOpen = refusal === null
    this.#judge('a transaction', refusal)
  }

  #commit(producerEpoch: number): void {
    const refusal = this.#model.end({ producerId: 7n, producerEpoch }, true)
    this.#judge('a commit', refusal)
    if (refusal !== null) return
    this.isOpen = false
    this.committed++
    this.#epoch = this.#model.identity.producerEpoch
  }

  /** Its own markers may not be written yet. */
  #judge(what: string, refusal: string | null): void {
    if (refusal === null || refusal === 'CONCURRENT_TRANSACTIONS') return
    this.violations.push(`the newer producer is refused ${what}: ${refusal}`)
  }
}
