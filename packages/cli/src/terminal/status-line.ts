import type { CliIo } from '../cli-io.js'
import { safe } from './safe.js'

/** Writes lines to stderr, and on a terminal one more line that changes in place. */
export class StatusLine {
  readonly #io: Pick<CliIo, 'stderr'>
  #shown = ''

  constructor(io: Pick<CliIo, 'stderr'>) {
    this.#io = io
  }

  /** Whether there is a terminal that can change a line. */
  get isLive(): boolean {
    return this.#io.stderr.isTTY === true
  }

  /** Replaces the line that changes. */
  show(text: string): void {
    if (!this.isLive) return
    this.#shown = text
    this.#io.stderr.write(`\r\u001B[2K${text}`)
  }

  /** Takes the line that changes away. */
  clear(): void {
    if (this.#shown === '') return
    this.#shown = ''
    this.#io.stderr.write('\r\u001B[2K')
  }

  /** Writes one line that stays, above the one that changes. Names of files and topics in it cannot make it two. */
  print(text: string): void {
    const shown = this.#shown
    this.clear()
    this.#io.stderr.write(`sluice: ${safe(text)}\n`)
    if (shown !== '') this.show(shown)
  }
}
