import { exponentialBackoff } from '@sluice/protocol'
import type { ProducerRuntime } from '../../../runtime.js'
import type { FromThread, ToThread } from '../thread-messages.js'

/** A thread that was started. What is posted before it runs waits for it. */
export interface Thread {
  post(messages: ToThread[], transfer: ArrayBuffer[]): void
  /** Ends it. Resolves when it is gone. */
  terminate(): Promise<void>
}

/** What a thread tells. */
export interface ThreadEvents {
  messages(messages: readonly FromThread[]): void
  /** It is gone, or cannot be started. Told once, after its last message. */
  died(reason: Error): void
}

/** Starts a thread that marks in this memory which batches it sends. */
export type StartThread = (marks: SharedArrayBuffer, events: ThreadEvents) => Thread

/** What a life needs. */
export interface ThreadLifeDeps extends ThreadEvents {
  readonly start: StartThread
  readonly runtime: Pick<ProducerRuntime, 'setTimeout' | 'clearTimeout' | 'random'>
  /** Makes the marks of the next thread. */
  marks(): SharedArrayBuffer
  /** The pause after a death is over. */
  rested(): void
}

/** The pauses before the next thread: a thread that dies at its start must not keep a core busy. */
const firstRestMs = 100
const longestRestMs = 5_000

/**
 * The present thread. There is none before it is needed, and after a death none until a pause is over. A thread that was lost
 * is not heard any more.
 */
export class ThreadLife {
  readonly #deps: ThreadLifeDeps
  #thread: Thread | null = null
  /** Since a thread has last proved that it works. */
  #deaths = 0
  #rest: unknown = null
  #ended = false

  constructor(deps: ThreadLifeDeps) {
    this.#deps = deps
  }

  /** Null while there is none. */
  get thread(): Thread | null {
    return this.#thread
  }

  /** Starts a thread where there is none, unless a pause is not over. @returns whether it has started one */
  need(): boolean {
    if (this.#thread !== null || this.#rest !== null || this.#ended) return false
    const { start, marks, messages } = this.#deps
    const thread: Thread = start(marks(), {
      messages: (told) => {
        if (this.#thread === thread) messages(told)
      },
      died: (reason) => {
        if (this.#thread === thread) this.lose(reason)
      },
    })
    this.#thread = thread
    return true
  }

  /** The thread works: the next pause is short again. */
  proved(): void {
    this.#deaths = 0
  }

  /** The thread is dead, or of no use. */
  lose(reason: Error): void {
    const thread = this.#thread
    if (thread === null) return
    this.#thread = null
    void thread.terminate()
    if (!this.#ended) this.#pause()
    this.#deps.died(reason)
  }

  /** Starts no other thread. */
  end(): void {
    this.#ended = true
    this.#deps.runtime.clearTimeout(this.#rest)
    this.#rest = null
  }

  #pause(): void {
    const { runtime, rested } = this.#deps
    const ms = exponentialBackoff(this.#deaths++, firstRestMs, longestRestMs, runtime.random)
    this.#rest = runtime.setTimeout(() => {
      this.#rest = null
      rested()
    }, ms)
  }
}
