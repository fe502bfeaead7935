import type { Delivery, Settlement } from '@sluice/accumulator'
import { type KafkaError, printableThrown } from '@sluice/protocol'
import type { DeliveryCallback } from '../producer.js'
import type { ProducerRuntime } from '../runtime.js'

/** Deliveries of `enqueue`: a callback and its context, or nobody. */
export class CallbackDeliveries {
  /** `a` is the callback, `b` its context. */
  readonly toCallback: Delivery
  readonly toNobody: Delivery
  readonly #onUnheard: (error: KafkaError) => void
  readonly #runtime: ProducerRuntime
  /** What was refused during an `enqueue`: told on the next turn, never inside the caller's call. */
  #late: (() => void)[] = []
  #lateTold: Promise<void> | null = null
  #entered = 0
  #depth = 0

  constructor(onUnheard: (error: KafkaError) => void, runtime: ProducerRuntime) {
    this.#onUnheard = onUnheard
    this.#runtime = runtime
    const settle: Delivery['settle'] = (settlement, index, a, b) =>
      this.#settle(settlement, index, a, b)
    this.toCallback = { heldBytes: 96, settle }
    this.toNobody = { heldBytes: 40, settle }
  }

  /** True inside a user's callback: a flush or close there would wait for itself (KIP-1118). */
  get running(): boolean {
    return this.#depth > 0
  }

  enter(): void {
    this.#entered++
  }

  leave(): void {
    this.#entered--
  }

  /** Resolves when everything refused so far has been told. */
  told(): Promise<void> {
    return this.#lateTold ?? Promise.resolve()
  }

  #settle(settlement: Settlement, index: number, callback: unknown, context: unknown): void {
    if (this.#entered === 0) return this.#tell(settlement, index, callback, context)
    this.#late.push(() => this.#tell(settlement, index, callback, context))
    this.#lateTold ??= new Promise((resolve) => {
      this.#runtime.setImmediate(() => {
        this.#tellLate()
        resolve()
      })
    })
  }

  #tellLate(): void {
    const late = this.#late
    this.#late = []
    this.#lateTold = null
    for (const tell of late) tell()
  }

  /** Throws nothing: others wait behind. */
  #tell(settlement: Settlement, index: number, callback: unknown, context: unknown): void {
    const { error } = settlement
    this.#depth++
    try {
      if (callback !== undefined)
        call(callback as DeliveryCallback<unknown>, settlement, index, context)
      else if (error !== null) this.#onUnheard(error)
    } catch (thrown) {
      this.#runtime.logger.error(`A delivery callback threw: ${printableThrown(thrown)}`)
    } finally {
      this.#depth--
    }
  }
}

function call(
  callback: DeliveryCallback<unknown>,
  settlement: Settlement,
  index: number,
  context: unknown,
): void {
  const { error } = settlement
  callback(error, error === null ? settlement.metadata(index) : null, context)
}
