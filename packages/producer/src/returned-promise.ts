import { printableThrown } from '@sluice/protocol'

/** True for a promise, and for anything else with a `then`. A `then` that throws when it is read is no promise's. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  try {
    return typeof (value as Partial<PromiseLike<unknown>>).then === 'function'
  } catch {
    return false
  }
}

/**
 * Takes the rejection of a promise that a function of the program gave although none was asked for. Otherwise the rejection
 * would end the process.
 *
 * @param returned - what the function gave, mostly nothing
 */
export function hearRejection(returned: unknown, onRejection: (reason: unknown) => void): void {
  if (returned === undefined || !isThenable(returned)) return
  // A promise of its own, for the `then` that was given may throw, and need not give a promise.
  new Promise((resolve) => resolve(returned)).then(undefined, onRejection)
}

/** Takes the rejections of functions of the program. */
interface RejectionLog {
  error(message: string): void
}

/** Logs that functions of the program rejected, the first time for each function: one that does so does it for each record. */
export class Rejections {
  readonly #log: RejectionLog
  readonly #logged = new WeakSet<object>()

  constructor(log: RejectionLog) {
    this.#log = log
  }

  /** @param what - begins a sentence: what the function is for */
  hear(what: string, of: object, returned: unknown): void {
    hearRejection(returned, (reason) => {
      if (this.#logged.has(of)) return
      this.#logged.add(of)
      this.#log.error(
        `${what} failed, which is logged once for each function: ${printableThrown(reason)}`,
      )
    })
  }
}
