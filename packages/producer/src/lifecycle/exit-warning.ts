import process from 'node:process'
import { warnAtExit } from '../delivery/last-words.js'

/** The warnings of producers with pending records. No other producer is kept from the garbage collector. */
const pending = new Set<ExitWarning>()
let watching = 0

/** One listener for all producers: Node warns of the eleventh. */
function onExit(): void {
  for (const warning of pending) warning.warn()
}

/** What a producer tells its exit warning. */
export interface ExitWarningDeps {
  /** How many records have not settled. */
  unsettled(): number
  /** Takes the warning. Null where the process is to be warned. */
  readonly warn: ((message: string) => void) | null
}

/**
 * Warns when the process exits with records that have not settled. While records are pending the process does not end by
 * itself, so this is for `process.exit()` and for errors that nothing has caught.
 */
export class ExitWarning {
  readonly #deps: ExitWarningDeps
  #watches = false

  constructor(deps: ExitWarningDeps) {
    this.#deps = deps
  }

  /** There are records pending. */
  hold(): void {
    pending.add(this)
    if (this.#watches) return
    this.#watches = true
    if (watching++ === 0) process.on('exit', onExit)
  }

  /** There are none. The listener stays until `end`, for records come again soon. */
  release(): void {
    pending.delete(this)
  }

  end(): void {
    this.release()
    if (!this.#watches) return
    this.#watches = false
    if (--watching === 0) process.off('exit', onExit)
  }

  warn(): void {
    const count = this.#deps.unsettled()
    if (count === 0) return
    const records = count === 1 ? '1 record' : `${count} records`
    const message = `The process exits with ${records} unsettled, in the log or not: await producer.flush() or producer.close() before process.exit()`
    if (this.#deps.warn === null) warnAtExit(message)
    else this.#deps.warn(message)
  }
}
