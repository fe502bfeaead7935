/** Producers with something pending: no other is kept from the garbage collector. */
const pending = new Set<ExitWarning>()
let watching = 0

/** One for all producers: Node warns of the eleventh listener. */
function onExit(): void {
  for (const one of pending) one.tell()
}

export interface LastWords {
  /** How many records have not heard of their end. */
  unsettled(): number
  /** Null where the process is to be warned. */
  readonly warn: ((message: string) => void) | null
}

/**
 * Tells of records that are lost with the process, or whose end nobody will hear of. While records are pending the
 * process does not end by itself: this is for `process.exit()`, and for errors that nobody has caught.
 */
export class ExitWarning {
  readonly #words: LastWords
  #watches = false

  constructor(words: LastWords) {
    this.#words = words
  }

  hold(): void {
    pending.add(this)
    if (this.#watches) return
    this.#watches = true
    if (watching++ === 0) process.on('exit', onExit)
  }

  release(): void {
    pending.delete(this)
  }

  end(): void {
    this.release()
    if (!this.#watches) return
    this.#watches = false
    if (--watching === 0) process.off('exit', onExit)
  }

  tell(): void {
    const count = this.#words.unsettled()
    if (count === 0) return
    const records = count === 1 ? '1 record' : `${count} records`
    const message = `The process exits with ${records} unsettled, in the log or not: await producer.flush() or producer.close() before process.exit()`
    if (this.#words.warn === null) warnProcess(message)
    else this.#words.warn(message)
  }
}

/** What `process.emitWarning` does on the next tick, which does not come any more. */
function warnProcess(message: string): void {
  const warning = Object.assign(new Error(message), { name: 'SluiceWarning' })
  process.emit('warning', warning)
}
