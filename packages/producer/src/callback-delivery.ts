import type { Delivery, Settlement } from '@sluice/accumulator'
import type { KafkaError } from '@sluice/protocol'
import type { DeliveryCallback } from './producer.js'
import type { ProducerRuntime } from './runtime.js'

/** Deliveries of `enqueue`: a callback and its context, or nobody. */
export class CallbackDeliveries {
  /** `a` is the callback, `b` its context. */
  readonly toCallback: Delivery
  readonly toNobody: Delivery
  readonly #onUnheard: (error: KafkaError) => void
  readonly #runtime: ProducerRuntime
  /** What was refused during an `enqueue`: told on the next turn, never inside the caller's call. */
  #late: (() => void)[] = []
  #entered = false
  #depth = 0

  constructor(onUnheard: (error: KafkaError) => void, runtime: ProducerRuntime) {
    this.#onUnheard = onUnheard
    this.#runtime = runtime
    const settle: Delivery['settle'] = (settlement, index, a, b) =>
      this.#tell(settlement, index, a, b)
    this.toCallback = { heldBytes: 96, settle }
    this.toNobody = { heldBytes: 40, settle }
  }

  /** True inside a user's callback: a flush or close there would wait for itself (KIP-1118). */
  get running(): boolean {
    return this.#depth > 0
  }

  enter(): void {
    this.#entered = true
  }

  leave(): void {
    this.#entered = false
  }

  #tell(settlement: Settlement, index: number, callback: unknown, context: unknown): void {
    if (this.#entered)
      return this.#tellLater(() => this.#tell(settlement, index, callback, context))
    const { error } = settlement
    this.#depth++
    try {
      if (callback !== undefined)
        call(callback as DeliveryCallback<unknown>, settlement, index, context)
      else if (error !== null) this.#onUnheard(error)
    } finally {
      this.#depth--
    }
  }

  #tellLater(tell: () => void): void {
    if (this.#late.push(tell) > 1) return
    this.#runtime.setImmediate(() => {
      const late = this.#late
      this.#late = []
      for (const one of late) this.#tellSafely(one)
    })
  }

  #tellSafely(tell: () => void): void {
    try {
      tell()
    } catch (thrown) {
      this.#runtime.logger.error(`A delivery callback threw: ${String(thrown)}`)
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
