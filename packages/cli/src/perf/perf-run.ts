import type { Producer } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'
import type { ConnectionLog } from '../connection/connection-log.js'
import { Session } from '../sending/session.js'
import type { StatusLine } from '../terminal/status-line.js'
import type { TransactionLimits } from '../transactions/open-batch.js'
import { TransactionalSink } from '../transactions/transactional-sink.js'
import { reportLive } from './live-report.js'
import { directLoad, type LoadSink } from './load-sink.js'
import { type Extent, type LoadDeps, runLoad } from './load.js'
import { countsOf, figuresText, perfFigures } from './perf-figures.js'
import type { PerfValues } from './perf-options.js'
import { Phase } from './phase.js'

/** What a run of `sluice perf` needs. */
export interface PerfRunDeps {
  readonly values: PerfValues
  readonly io: CliIo
  readonly line: StatusLine
  readonly log: ConnectionLog
  readonly producer: Producer
  /** When transactions end, or null where there are none. */
  readonly limits: TransactionLimits | null
  readonly topic: string
  readonly payloads: LoadDeps['values']
  readonly keys: LoadDeps['keys']
}

const standardDurationMs = 10_000

/** One run of `sluice perf`: the connection, the warm-up, the measurement, the figures. */
export class PerfRun {
  readonly #deps: PerfRunDeps
  readonly #session: Session
  #warmUp: Phase
  #measured: Phase
  /** Of each phase that has begun. */
  readonly #sinks: LoadSink[] = []

  constructor(deps: PerfRunDeps) {
    this.#deps = deps
    this.#session = new Session({ ...deps, drainMs: deps.values.drainMs })
    this.#warmUp = this.#newPhase()
    this.#measured = this.#newPhase()
  }

  /** @returns the exit code */
  async run(): Promise<number> {
    const { values, io, line } = this.#deps
    const isDone = await this.#session.run(() => this.#send())
    for (const sink of this.#sinks) await sink.settle()
    if (this.#measured.given > 0) {
      const figures = this.#figures()
      io.stdout.write(values.json === true ? `${JSON.stringify(figures)}\n` : figuresText(figures))
    }
    if (this.#warmUp.lost > 0)
      for (const text of this.#countsOf(this.#warmUp)) line.print(`warm-up: ${text}`)
    for (const text of this.#countsOf(this.#measured)) line.print(text)
    return this.#session.exitCode(isDone && this.#warmUp.isComplete && this.#measured.isComplete)
  }

  async #send(): Promise<void> {
    const { values, topic } = this.#deps
    const { warmUpMs, records, durationMs = standardDurationMs } = values
    await this.#session.connect(topic)
    this.#warmUp = this.#newPhase()
    if (warmUpMs > 0) await this.#load('warm-up', { durationMs: warmUpMs }, this.#warmUp)
    this.#measured = this.#newPhase()
    await this.#load(
      'measured',
      records === undefined ? { durationMs } : { records },
      this.#measured,
    )
  }

  async #load(name: string, extent: Extent, phase: Phase): Promise<void> {
    const { values, io, line, payloads, topic, keys } = this.#deps
    const { stop } = this.#session
    if (stop.reason !== null) return
    const sink = this.#sinkOf(phase)
    this.#sinks.push(sink)
    const end = values.progress ? reportLive({ name, phase, line, io, values }) : null
    try {
      const load = { sink, io, stop, topic, keys, values: payloads, rate: values.rate }
      await runLoad(load, extent, phase)
    } finally {
      end?.()
    }
  }

  #sinkOf(phase: Phase): LoadSink {
    const { producer, io, limits } = this.#deps
    if (limits === null) return directLoad(producer, phase)
    const onFatal = (): void => this.#session.stop.because('failure')
    return new TransactionalSink({ producer, counts: phase, io, limits, onFatal, listener: phase })
  }

  #newPhase(): Phase {
    return new Phase(this.#deps.io, () => {
      if (this.#deps.values.onFailure === 'stop') this.#session.stop.because('failure')
    })
  }

  #countsOf(phase: Phase): string[] {
    return countsOf(phase, this.#deps.values, this.#session.interruption)
  }

  #figures() {
    const { topic, values, payloads, keys } = this.#deps
    const meanBytes = meanLength(payloads) + (keys === null ? 0 : meanLength(keys))
    return perfFigures(topic, values, meanBytes, this.#warmUp, this.#measured)
  }
}

function meanLength(parts: readonly { readonly length: number }[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0) / parts.length
}
