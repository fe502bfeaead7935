import { AsyncResource } from 'node:async_hooks'
import process from 'node:process'
import type { KafkaError, RecordMetadata } from '@sluice/protocol'
import { contextKeysOf, endedAtOnce } from '../own-context.js'
import type { DeliveryCallback } from './delivery-callback.js'

/** A callback is garbage once it was called, so Node need not watch it. */
const options = { requireManualDestroy: true }

/** A delivery callback, and the asynchronous context of the `enqueue` that it came with. */
export class CallbackInContext extends AsyncResource {
  readonly callback: DeliveryCallback<unknown>

  constructor(callback: DeliveryCallback<unknown>) {
    super('SLUICE_DELIVERY', options)
    this.callback = callback
  }

  /** Calls the callback, once. To hooks the resource has ended then: Jest looks by them for what stays open. */
  call(error: KafkaError | null, metadata: RecordMetadata | null, context: unknown): unknown {
    try {
      return this.runInAsyncScope(this.callback, undefined, error, metadata, context)
    } finally {
      this.emitDestroy()
    }
  }
}

/** So many records of a turn are looked at one by one. */
const lookAtFirst = 16
/** Of those behind them one in so many is looked at. */
const lookEvery = 64

/**
 * Knows whether anything in the process uses `AsyncLocalStorage` (or other hooks): only then does a callback cost an object
 * that keeps its caller's context. A look costs such an object, too, so a loop of thousands of records does not look at
 * each. Only the first store ever, if it is used behind more than 16 records of one turn, may be noticed some records late.
 */
export class CallerContexts {
  #inUse = false
  #turn = 0
  #sinceTurn = 0

  /** @param turn - the time that all calls of one turn of the event loop have in common */
  inUse(turn: number): boolean {
    if (this.#inUse) return true
    if (turn !== this.#turn) {
      this.#turn = turn
      this.#sinceTurn = 0
    }
    const count = this.#sinceTurn++
    if (count < lookAtFirst || count % lookEvery === 0) this.#inUse = isContextKept()
    return this.#inUse
  }
}

/** Where there are hooks, Node refuses a resource without a type. Newer Nodes need no hooks and keep a frame of the stores. */
function isContextKept(): boolean {
  if (isKeptUnseen) return true
  try {
    const fields = new AsyncResource('', options) as unknown as Record<symbol, unknown>
    return contextKeys.some((key) => fields[key] !== undefined)
  } catch {
    return true
  }
}

/** Bun and Deno keep the context of a resource where nobody can look. */
const isKeptUnseen = ['bun', 'deno'].some((runtime) => runtime in process.versions)

const contextKeys = contextKeysOf(endedAtOnce(new AsyncResource('SLUICE_DELIVERY', options)))
