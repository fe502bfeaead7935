import { KafkaError, type Producer } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'
import { type EndSignal, exitCode, exitCodeOfSignal } from '../exit-code.js'
import { InputError } from '../input/input-error.js'
import type { RecordFormat } from '../input/record-format.js'
import type { Source } from '../input/sources.js'
import type { StatusLine } from '../terminal/status-line.js'
import { Pace } from './pace.js'
import type { ProduceValues } from './produce-options.js'
import { showProgress } from './progress.js'
import { directSink } from './record-sink.js'
import { sendAll } from './send-all.js'
import { Stop } from './stop.js'
import { summaryOf } from './summary.js'
import { Tally } from './tally.js'

/** Longer than any record is on its way: each has a time-out of its own. */
const patientMs = 2_147_483_647

/** What a run of `sluice produce` needs. */
export interface ProduceRunDeps {
  readonly values: ProduceValues
  readonly io: CliIo
  readonly line: StatusLine
  readonly producer: Producer
}

/** One run of `sluice produce`, from the connection to the counts. */
export class ProduceRun {
  readonly #deps: ProduceRunDeps
  readonly #stop = new Stop()
  readonly #tally: Tally
  #isInterrupted = false

  constructor(deps: ProduceRunDeps) {
    this.#deps = deps
    this.#tally = new Tally(() => {
      if (deps.values.onFailure === 'stop') this.#stop.because('failure')
    })
  }

  /** @returns the exit code */
  async run(sources: readonly Source[], format: RecordFormat): Promise<number> {
    const { values, io, line, producer } = this.#deps
    const ignoreSignals = io.onSignal((signal) => this.#interrupt(signal))
    const isRead = await this.#attempt(() => this.#send(sources, format))
    await producer.close({ timeoutMs: patientMs })
    ignoreSignals()
    for (const text of summaryOf(this.#tally, values.acks !== '0')) line.print(text)
    return this.#exitCode(isRead)
  }

  async #send(sources: readonly Source[], format: RecordFormat): Promise<void> {
    const { values, io, line, producer } = this.#deps
    await this.#stop.orStopped(producer.connect())
    if (sources.some(({ isTyped }) => isTyped)) line.print('each line is sent at once; Ctrl-D ends')
    const endProgress = values.progress && line.isLive ? showProgress(line, this.#tally, io) : null
    const sink = directSink(producer, this.#tally)
    const pace = values.rate === undefined ? null : new Pace(values.rate, io)
    const bad = { refuse: (error: InputError) => this.#refuse(error) }
    try {
      await sendAll({ sources, format, bad, sink, stop: this.#stop, pace })
      await this.#stop.orStopped(sink.end())
    } finally {
      endProgress?.()
    }
  }

  /** The first signal ends within `--drain-ms`, the second one at once. */
  #interrupt(signal: EndSignal): void {
    const { values, line, producer } = this.#deps
    this.#stop.because(signal)
    const timeoutMs = this.#isInterrupted ? 0 : values.drainMs
    this.#isInterrupted = true
    if (timeoutMs > 0) line.print(`${signal}: waits up to ${timeoutMs} ms for what was sent`)
    // The end of this call is that of the other `close`, whose time it shortens.
    void producer.close({ timeoutMs })
  }

  #refuse(error: InputError): void {
    if (this.#deps.values.onBadLine === 'stop') throw error
    this.#tally.skipped++
    this.#deps.line.print(`${error.message}: left out`)
  }

  /** @returns false where the work has failed in a way that is no mistake of this program */
  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      if (!(error instanceof InputError || error instanceof KafkaError)) throw error
      this.#deps.line.print(error.message)
      return false
    }
  }

  #exitCode(isRead: boolean): number {
    const { reason } = this.#stop
    if (reason === 'SIGINT' || reason === 'SIGTERM') return exitCodeOfSignal[reason]
    return isRead && reason === null && this.#tally.isComplete ? exitCode.done : exitCode.failed
  }
}
