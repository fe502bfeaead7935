import type { Delivery, Settlement } from '@sluice/accumulator'
import { type KafkaError, printableThrown, RepeatedTroubles } from '@sluice/protocol'
import type { ToldFailures } from '../metrics/told-failures.js'
import { Rejections } from '../returned-promise.js'
import type { ProducerRuntime } from '../runtime.js'
import { CallbackInContext, CallerContexts } from './caller-context.js'
import type { DeliveryCallback } from './delivery-callback.js'
import type { FailureListener } from './heard-delivery.js'

/** What the deliveries of `enqueue` need. */
export interface CallbackDeliveriesDeps {
  /** Takes the error of a record without a callback. */
  onUnhandled(error: KafkaError): void
  /** Hears of each failure as soon as it is known, before the callback does. */
  readonly onFailure?: FailureListener
  /** Counts failures. */
  readonly told: ToldFailures
  readonly runtime: ProducerRuntime
  /** What each pending record holds besides, in bytes.
   *  @defaultValue 0 */
  readonly moreBytes?: number
}

type Kept = DeliveryCallback<unknown> | CallbackInContext

/** The deliveries of `enqueue`, with a callback and without. */
export class CallbackDeliveries {
  /** `a` is the callback, `b` what the caller gave for it. */
  readonly #withCallback: Delivery
  /** `a` is a CallbackInContext. */
  readonly #inContext: Delivery
  readonly #withoutCallback: Delivery
  readonly #contexts = new CallerContexts()
  readonly #deps: CallbackDeliveriesDeps
  readonly #rejections: Rejections
  /** A callback that throws does so for each record. */
  readonly #thrown = new RepeatedTroubles()
  /** Calls for records that were refused during an `enqueue`. They run on the next turn, never inside the caller's call. */
  #deferred: (() => void)[] = []
  #deferredDone: Promise<void> | null = null
  /** How many calls of `enqueue` are on the stack. */
  #entered = 0
  /** How many delivery callbacks are on the stack. */
  #depth = 0

  constructor(deps: CallbackDeliveriesDeps) {
    this.#deps = deps
    this.#rejections = new Rejections(deps.runtime.logger)
    const settle: Delivery['settle'] = (settlement, index, a, b) =>
      this.#settle(settlement, index, a, b)
    const { moreBytes = 0 } = deps
    this.#withCallback = { heldBytes: 96 + moreBytes, settle }
    this.#inContext = { heldBytes: 224 + moreBytes, settle }
    this.#withoutCallback = { heldBytes: 40, settle }
  }

  /** True inside a user's callback: a flush or close there would wait for itself (KIP-1118). */
  get running(): boolean {
    return this.#depth > 0
  }

  /**
   * What is kept of a callback: itself, and its caller's context where the process has such contexts.
   *
   * @param turn - the time of this turn of the event loop
   */
  kept<C>(callback: DeliveryCallback<C>, turn: number): object {
    return this.#contexts.inUse(turn)
      ? new CallbackInContext(callback as DeliveryCallback<unknown>)
      : callback
  }

  /** The delivery for what `kept` has given, or for no callback. */
  deliveryOf(kept: object | undefined): Delivery {
    if (kept === undefined) return this.#withoutCallback
    return typeof kept === 'function' ? this.#withCallback : this.#inContext
  }

  /** An `enqueue` begins. */
  enter(): void {
    this.#entered++
  }

  /** An `enqueue` ends. */
  leave(): void {
    this.#entered--
  }

  /** Resolves when the callbacks of all records that were refused so far have been called. */
  deferredDone(): Promise<void> {
    return this.#deferredDone ?? Promise.resolve()
  }

  #settle(settlement: Settlement, index: number, callback: unknown, context: unknown): void {
    if (settlement.error !== null) this.#failed(settlement.error)
    if (this.#entered === 0) return this.#deliver(settlement, index, callback, context)
    this.#deferred.push(() => this.#deliver(settlement, index, callback, context))
    this.#deferredDone ??= new Promise((resolve) => {
      this.#deps.runtime.setImmediate(() => {
        this.#runDeferred()
        resolve()
      })
    })
  }

  #failed(error: KafkaError): void {
    this.#deps.told.add(error)
    this.#deps.onFailure?.(error)
  }

  #runDeferred(): void {
    const deferred = this.#deferred
    this.#deferred = []
    this.#deferredDone = null
    for (const deliver of deferred) deliver()
  }

  /** Never throws, since other records wait to be settled after this one. */
  #deliver(settlement: Settlement, index: number, callback: unknown, context: unknown): void {
    const { error } = settlement
    this.#depth++
    try {
      if (callback !== undefined) this.#call(callback as Kept, settlement, index, context)
      else if (error !== null) this.#deps.onUnhandled(error)
    } catch (thrown) {
      this.#tellThrown(thrown)
    } finally {
      this.#depth--
    }
  }

  #tellThrown(thrown: unknown): void {
    const { runtime } = this.#deps
    const told = this.#thrown.again(
      `A delivery callback threw: ${printableThrown(thrown)}`,
      runtime.now(),
    )
    if (told !== null) runtime.logger.error(told)
  }

  #call(kept: Kept, settlement: Settlement, index: number, context: unknown): void {
    const { error } = settlement
    const metadata = error === null ? settlement.metadata(index) : null
    const isAlone = typeof kept === 'function'
    const callback = isAlone ? kept : kept.callback
    const returned: unknown = isAlone
      ? callback(error, metadata, context)
      : kept.call(error, metadata, context)
    if (returned !== undefined) this.#rejections.hear('A delivery callback', callback, returned)
  }
}
