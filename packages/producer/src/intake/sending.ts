import type { AccumulatorFront, Delivery } from '@sluice/accumulator'
import type { KafkaError, RecordMetadata } from '@sluice/protocol'
import { abortable, abortedError, type AbortOptions, signalOf } from '../delivery/abort-signal.js'
import { abortableDelivery, AbortableSend } from '../delivery/abortable-send.js'
import type { CallbackDeliveries } from '../delivery/callback-delivery.js'
import { checkCallback, type DeliveryCallback } from '../delivery/delivery-callback.js'
import { DeliveryGroup } from '../delivery/group-delivery.js'
import { type FailureListener, heardDelivery } from '../delivery/heard-delivery.js'
import {
  heavier,
  pendingMetadata,
  promiseDelivery,
  resolveOfLast,
} from '../delivery/promise-delivery.js'
import type { RefusalPace } from '../delivery/refusal-pace.js'
import type { ToldFailures } from '../metrics/told-failures.js'
import type { CheckedRecords } from './checked-records.js'
import type { GivenRecord } from './given-record.js'
import { type Intake, neverInBatch } from './intake.js'
import { LateManyRecords } from './late-many-records.js'
import { ManyRecords } from './many-records.js'
import { noList } from './misspelt-record.js'

/** What the calls that send work with. */
export interface SendingDeps {
  readonly front: AccumulatorFront
  readonly intake: Intake
  readonly callbacks: CallbackDeliveries
  readonly pace: RefusalPace
  /** Counts failures. */
  readonly told: ToldFailures
  /** For whom records are sent: the producer itself, or its transactions. */
  readonly scope: SendingScope
  /** What each pending record of `send` holds besides, in bytes. */
  readonly moreBytes: number
}

/** When records may be sent, and who besides their caller hears of failures. */
export interface SendingScope {
  /** @throws KafkaError while nothing may be sent */
  checkOpen(): void
  /**
   * Hears of each failure as soon as it is known, but of no record of `enqueue` that was taken: `CallbackDeliveries` has
   * them. Then a rejection that its caller does not await is no unhandled one. Left out where only callers hear of failures.
   */
  readonly onFailure?: FailureListener
}

/** `send`, `sendMany` and `enqueue`. */
export class Sending {
  readonly #front: AccumulatorFront
  readonly #intake: Intake
  readonly #callbacks: CallbackDeliveries
  readonly #pace: RefusalPace
  readonly #scope: SendingScope
  readonly #told: ToldFailures
  readonly #promises: Delivery
  readonly #abortables: Delivery
  readonly #onFailure: FailureListener | null

  constructor({ front, intake, callbacks, pace, told, scope, moreBytes }: SendingDeps) {
    const { onFailure = null } = scope
    this.#front = front
    this.#intake = intake
    this.#callbacks = callbacks
    this.#pace = pace
    this.#scope = scope
    this.#onFailure = onFailure
    this.#told = told
    this.#promises = heardDelivery(heavier(promiseDelivery(told), moreBytes), onFailure)
    this.#abortables = heardDelivery(heavier(abortableDelivery, moreBytes), onFailure)
  }

  send(record: GivenRecord, options?: AbortOptions): Promise<RecordMetadata> {
    try {
      this.#scope.checkOpen()
      const signal = signalOf(options)
      if (signal !== undefined) return this.#sendAbortably(record, signal)
      const pending = this.#intake.check(record)
      const promise = pendingMetadata()
      const b = this.#onFailure === null ? undefined : promise
      const ticket = this.#intake.take(pending, this.#promises, resolveOfLast(), b)
      return ticket === neverInBatch ? this.#tell(promise) : promise
    } catch (error) {
      return this.refuse(error, 1)
    }
  }

  sendMany(records: readonly GivenRecord[], options?: AbortOptions): Promise<RecordMetadata[]> {
    try {
      this.#scope.checkOpen()
      const signal = signalOf(options)
      if (signal?.aborted) throw abortedError(signal, 'no')
      if (!Array.isArray(records)) throw noList(records)
      return this.#sendMany(this.#checkAll(records), signal)
    } catch (error) {
      return this.refuse(error, countOf(records))
    }
  }

  /** What it throws has no listener, and is counted. */
  enqueue<C>(record: GivenRecord, onDelivery?: DeliveryCallback<C>, context?: C): boolean {
    try {
      return this.#enqueue(record, onDelivery, context)
    } catch (error) {
      this.countRefused(error)
      throw error
    }
  }

  /** An `enqueue` is refused before it comes here. */
  countRefused(error: unknown): void {
    this.#told.add(error)
  }

  /** The promise of a call that is refused. @param records - how many were given */
  refuse(error: unknown, records: number): Promise<never> {
    this.#told.add(error, records)
    this.#onFailure?.(error)
    return this.#tell(Promise.reject(error))
  }

  #enqueue<C>(record: GivenRecord, onDelivery?: DeliveryCallback<C>, context?: C): boolean {
    this.#scope.checkOpen()
    checkCallback(onDelivery)
    const pending = this.#intake.check(record)
    const callbacks = this.#callbacks
    const kept =
      onDelivery === undefined ? undefined : callbacks.kept(onDelivery, this.#front.timestamp())
    callbacks.enter()
    try {
      const ticket = this.#intake.take(pending, callbacks.deliveryOf(kept), kept, context)
      if (ticket === neverInBatch) this.#pace.count()
    } finally {
      callbacks.leave()
    }
    return this.#front.hasRoom
  }

  /** A promise that is rejected already. */
  #tell<T>(refused: Promise<T>): Promise<T> {
    return this.#heard(this.#pace.tell(refused))
  }

  #heard<T>(promise: Promise<T>): Promise<T> {
    if (this.#onFailure !== null) promise.catch(ignore)
    return promise
  }

  #sendAbortably(record: GivenRecord, signal: AbortSignal): Promise<RecordMetadata> {
    if (signal.aborted) throw abortedError(signal, 'no')
    const pending = this.#intake.check(record)
    const { front } = pending.topic
    const promise = pendingMetadata()
    const send = new AbortableSend(resolveOfLast(), this.#told)
    const ticket = this.#intake.take(pending, this.#abortables, send, promise)
    const result = abortable(promise, signal, () => {
      const inNoBatch = ticket === neverInBatch || (ticket >= 0 && front.leave(ticket))
      const error = this.#aborted(signal, inNoBatch)
      send.abandon(error, inNoBatch)
      return error
    })
    return ticket === neverInBatch ? this.#tell(result) : this.#heard(result)
  }

  #sendMany(records: CheckedRecords, signal: AbortSignal | undefined): Promise<RecordMetadata[]> {
    const group = new DeliveryGroup(records.count, this.#told, this.#onFailure)
    const deps = { front: this.#front, intake: this.#intake, records, group }
    const many = records.isLate ? new LateManyRecords(deps) : new ManyRecords(deps)
    many.take()
    const results = abortable(group.promise, signal, () => {
      const error = this.#aborted(signal!, many.leave())
      group.abandon(error, many.left)
      return error
    })
    return many.refused ? this.#tell(results) : this.#heard(results)
  }

  #aborted(signal: AbortSignal, inNoBatch: boolean): KafkaError {
    const error = abortedError(signal, inNoBatch ? 'no' : 'possibly')
    this.#onFailure?.(error)
    return error
  }

  /** By the length of the array, not by an iterator of its own, which need not end. */
  #checkAll(records: readonly GivenRecord[]): CheckedRecords {
    const checked = this.#intake.columns(records.length)
    for (let at = 0; at < checked.count; at++) {
      const pending = this.#intake.check(records[at]!)
      checked.set(at, pending)
      this.#intake.giveBack(pending)
    }
    return checked
  }
}

/** A list that is none is one mistake. */
function countOf(records: unknown): number {
  return Array.isArray(records) ? records.length : 1
}

function ignore(): void {}
