import { KafkaError, type Producer } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'
import { errorText } from '../command-line/error-text.js'
import type { ConnectionLog } from '../connection/connection-log.js'
import { type EndSignal, exitCode, exitCodeOfSignal } from '../exit-code.js'
import { InputError } from '../input/input-error.js'
import type { StatusLine } from '../terminal/status-line.js'
import type { Interruption } from './interruption.js'
import { tellOfMissingTopic } from './missing-topic.js'
import { Stop } from './stop.js'

/** Longer than any record is on its way: each has a time-out of its own. */
const patientMs = 2_147_483_647

/** What a session needs. */
export interface SessionDeps {
  readonly io: CliIo
  readonly line: StatusLine
  readonly log: ConnectionLog
  readonly producer: Producer
  /** How long the first signal waits for what was sent. */
  readonly drainMs: number
}

/** The time in which a command sends: from the connection until the end of every record is known. */
export class Session {
  /** The wish to end early. */
  readonly stop = new Stop()
  readonly #deps: SessionDeps
  #interruption: Interruption | null = null

  constructor(deps: SessionDeps) {
    this.#deps = deps
  }

  /**
   * Does the work, then closes the producer.
   *
   * @returns false where the work has failed in a way that is no mistake of this program; the reason is told
   */
  async run(work: () => Promise<void>): Promise<boolean> {
    const { io, producer } = this.#deps
    const ignoreSignals = io.onSignal((signal) => this.#interrupt(signal))
    const isDone = await this.#attempt(work)
    await producer.close({ timeoutMs: patientMs })
    ignoreSignals()
    return isDone
  }

  /** Resolves once a broker is connected, or the command is to end. Rejects with KafkaError, which says why none is. */
  async connect(topic: string): Promise<void> {
    const { producer, log } = this.#deps
    await this.stop.orStopped(producer.connect())
    log.connected()
    if (this.stop.reason !== null) return
    tellOfMissingTopic(topic, { ...this.#deps, stop: this.stop })
  }

  /** Null where no signal has come. */
  get interruption(): Interruption | null {
    return this.#interruption
  }

  /** @param isComplete - whether all that was asked for has happened */
  exitCode(isComplete: boolean): number {
    const { reason } = this.stop
    if (reason === 'SIGINT' || reason === 'SIGTERM') return exitCodeOfSignal[reason]
    return reason === null && isComplete ? exitCode.done : exitCode.failed
  }

  /** The first signal ends within `drainMs`, the second one at once. */
  #interrupt(signal: EndSignal): void {
    const { line, producer, drainMs } = this.#deps
    this.stop.because(signal)
    const isAtOnce = this.#interruption !== null
    this.#interruption = { signal, drainMs, isAtOnce }
    const timeoutMs = isAtOnce ? 0 : drainMs
    if (timeoutMs > 0) line.print(`${signal}: waits up to ${timeoutMs} ms for what was sent`)
    // The end of this call is that of the other `close`, whose time it shortens.
    void producer.close({ timeoutMs })
  }

  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      if (!(error instanceof InputError || error instanceof KafkaError)) throw error
      this.#deps.line.print(error instanceof KafkaError ? errorText(error) : error.message)
      return false
    }
  }
}
