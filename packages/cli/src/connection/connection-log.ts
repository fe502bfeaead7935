import { inTermsOfCommand } from '../command-line/program-terms.js'
import type { StatusLine } from '../terminal/status-line.js'
import type { ConnectionValues } from './connection-options.js'
import type { Connection } from './connection.js'

type Logger = NonNullable<Connection['logger']>

function silent(): void {}

/**
 * What a producer logs, as lines of the command. Until it is connected its warnings are held back: where it never is, the error says the
 * same once, and otherwise they are told then.
 */
export class ConnectionLog implements Logger {
  readonly debug = silent
  readonly info: (text: string) => void
  readonly #line: StatusLine
  #held: string[] | null = []

  /** Verbose, it tells everything at once. */
  constructor(line: StatusLine, { verbose = false }: Pick<ConnectionValues, 'verbose'>) {
    this.#line = line
    if (verbose) this.#held = null
    this.info = verbose ? (text) => this.#tell(text) : silent
  }

  readonly warn = (text: string): void => this.#tell(text)
  readonly error = (text: string): void => this.#tell(text)

  /** Tells what was held back, and from now on everything at once. */
  connected(): void {
    for (const text of this.#held ?? []) this.#line.print(text)
    this.#held = null
  }

  #tell(text: string): void {
    const told = inTermsOfCommand(text)
    if (this.#held === null) this.#line.print(told)
    else this.#held.push(told)
  }
}
