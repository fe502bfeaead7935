import type { Producer } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'
import type { ConnectionLog } from '../connection/connection-log.js'
import { InputError } from '../input/input-error.js'
import type { RecordFormat } from '../input/record-format.js'
import type { Source } from '../input/sources.js'
import { Session } from '../sending/session.js'
import type { StatusLine } from '../terminal/status-line.js'
import type { TransactionLimits } from '../transactions/open-batch.js'
import { TransactionalSink } from '../transactions/transactional-sink.js'
import { Pace } from './pace.js'
import type { ProduceValues } from './produce-options.js'
import { showProgress } from './progress.js'
import { directSink, type RecordSink } from './record-sink.js'
import { sendAll } from './send-all.js'
import { summaryOf } from './summary.js'
import { Tally } from './tally.js'

/** What a run of `sluice produce` needs. */
export interface ProduceRunDeps {
  readonly values: ProduceValues
  readonly io: CliIo
  readonly line: StatusLine
  readonly log: ConnectionLog
  readonly producer: Producer
  /** Where all records go. */
  readonly topic: string
  /** When transactions end, or null where there are none. */
  readonly limits: TransactionLimits | null
}

/** One run of `sluice produce`, from the connection to the counts. */
export class ProduceRun {
  readonly #deps: ProduceRunDeps
  readonly #session: Session
  readonly #tally: Tally
  readonly #sink: RecordSink

  constructor(deps: ProduceRunDeps) {
    const { values } = deps
    this.#deps = deps
    this.#session = new Session({ ...deps, drainMs: values.drainMs })
    this.#tally = new Tally(() => {
      if (values.onFailure === 'stop') this.#session.stop.because('failure')
    })
    this.#sink = this.#sinkOf(deps)
  }

  /** @returns the exit code */
  async run(sources: readonly Source[], format: RecordFormat): Promise<number> {
    const { values, line } = this.#deps
    const isRead = await this.#session.run(() => this.#send(sources, format))
    await this.#sink.settle()
    for (const text of summaryOf(this.#tally, values, this.#session.interruption)) line.print(text)
    return this.#session.exitCode(isRead && this.#tally.isComplete)
  }

  async #send(sources: readonly Source[], format: RecordFormat): Promise<void> {
    const { values, io, line, topic } = this.#deps
    const { stop } = this.#session
    await this.#session.connect(topic)
    if (sources.some(({ isTyped }) => isTyped)) line.print('each line is sent at once; Ctrl-D ends')
    const endProgress =
      values.progress && line.isLive ? showProgress(line, this.#tally, values, io) : null
    const sink = this.#sink
    const pace = values.rate === undefined ? null : new Pace(values.rate, { io, stop })
    const bad = { refuse: (error: InputError) => this.#refuse(error) }
    try {
      await sendAll({ sources, format, bad, sink, stop, pace })
      if (stop.reason === null) await stop.orStopped(sink.end())
    } catch (error) {
      // What stood before a line that is wrong arrives.
      if (error instanceof InputError && stop.reason === null) await stop.orStopped(sink.end())
      throw error
    } finally {
      endProgress?.()
    }
  }

  #sinkOf({ io, producer, limits }: ProduceRunDeps): RecordSink {
    if (limits === null) return directSink(producer, this.#tally)
    const onFatal = (): void => this.#session.stop.because('failure')
    return new TransactionalSink({ producer, counts: this.#tally, io, limits, onFatal })
  }

  #refuse(error: InputError): void {
    if (this.#deps.values.onBadLine === 'stop') throw error
    this.#tally.skipped++
    this.#deps.line.print(`${error.message}: left out`)
  }
}
