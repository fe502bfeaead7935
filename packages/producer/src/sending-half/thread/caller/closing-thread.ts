import type { ProducerRuntime } from '../../../runtime.js'
import type { Calls } from '../calls.js'
import type { ThreadCall } from '../thread-messages.js'
import { closedBeforeSent } from './thread-errors.js'
import type { ThreadLife } from './thread-life.js'

/** What closing needs. */
export interface ClosingThreadDeps {
  readonly life: ThreadLife
  readonly calls: Calls
  readonly runtime: Pick<ProducerRuntime, 'setTimeout' | 'clearTimeout' | 'setImmediate'>
}

/** A thread that has not ended by itself so long after it was told to is ended: it has not begun to run, or is stuck. */
const closeMs = 500
/** A close waits no longer until the thread is gone. It is less than a producer waits for a stage. */
const goneMs = 800

/** Ends the present thread in time, also one that is stuck, or that has only begun to run on a busy machine. */
export class ClosingThread {
  readonly #deps: ClosingThreadDeps
  #limit: unknown = null

  constructor(deps: ClosingThreadDeps) {
    this.#deps = deps
  }

  /** From now on the thread has `closeMs` to end. */
  limit(): void {
    const { life, runtime } = this.#deps
    const late = (): void => life.lose(new Error(`close() has waited ${closeMs} ms for it`))
    // After the thread's messages were read: its last ones may have waited behind a busy event loop.
    this.#limit ??= runtime.setTimeout(() => void runtime.setImmediate(late), closeMs)
  }

  async close(): Promise<void> {
    const { runtime } = this.#deps
    let timer: unknown
    const late = new Promise<void>((resolve) => {
      timer = runtime.setTimeout(resolve, goneMs)
    })
    await Promise.race([this.#disconnect(), late])
    runtime.clearTimeout(timer)
    runtime.clearTimeout(this.#limit)
  }

  async #disconnect(): Promise<void> {
    const { life, calls } = this.#deps
    const { thread } = life
    if (thread === null) return
    this.limit()
    // A thread that dies instead is closed, too.
    await calls.call('close' satisfies ThreadCall, null).catch(() => {})
    life.lose(closedBeforeSent())
    await thread.terminate()
  }
}
