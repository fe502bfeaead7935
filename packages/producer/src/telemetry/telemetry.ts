import { reasonOf } from '@sluice/protocol'
import { inOwnContext } from '../own-context.js'
import type { TelemetryDeps } from './make-reporter.js'
import type { TelemetryReporter } from './telemetry-reporter.js'

/** Reports to the cluster once the producer is used. The code for that is loaded only where a broker takes telemetry. */
export class Telemetry {
  readonly #deps: TelemetryDeps
  #reporter: TelemetryReporter | null = null
  #begun = false
  #ended = false

  constructor(deps: TelemetryDeps) {
    this.#deps = deps
  }

  /** The producer is used, so it connects. A producer that is only made opens no connection. */
  begin(): void {
    if (this.#begun) return
    this.#begun = true
    inOwnContext(() => void this.#report())
  }

  /** Pushes once more, without waiting for an answer. */
  end(): void {
    this.#ended = true
    this.#reporter?.end()
  }

  async #report(): Promise<void> {
    try {
      await this.#deps.channel.available()
      const { makeReporter } = await import('./make-reporter.js')
      if (this.#ended) return
      this.#reporter = makeReporter(this.#deps)
      await this.#reporter.run()
    } catch (error) {
      if (!this.#ended) this.#deps.runtime.logger.debug(`there is no telemetry: ${reasonOf(error)}`)
    }
  }
}
