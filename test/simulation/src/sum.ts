import process from 'node:process'
import { Reach } from './reach.js'
import type { Outcome } from './simulate.js'

/** All runs of a command. */
export class Sum {
  failures = 0
  readonly reach = new Reach()
  readonly #start = process.cpuUsage()
  #runs = 0
  #steps = 0
  #records = 0
  #acknowledged = 0
  #simulatedMs = 0
  /** Of all traces, in their order: two versions of Node must give the same. */
  #trace = 0

  add({ findings, steps, records, acknowledged, simulatedMs, trace, reach }: Outcome): void {
    this.#runs++
    this.reach.add(reach)
    this.#steps += steps
    this.#records += records
    this.#acknowledged += acknowledged
    this.#simulatedMs += simulatedMs
    this.#trace = Math.imul(this.#trace, 31) ^ Number.parseInt(trace.sum, 16)
    if (findings.length > 0) this.failures++
  }

  line(): string {
    const { user, system } = process.cpuUsage(this.#start)
    const share = (100 * this.#acknowledged) / this.#records
    const runs = this.#runs
    return [
      `${runs} runs, ${this.failures} failures`,
      `${(runs / ((user + system) / 1e6)).toFixed(0)} runs a second of CPU`,
      `a run: ${(this.#steps / runs).toFixed(0)} steps, ${(this.#records / runs).toFixed(0)} records, ${(this.#simulatedMs / runs / 1_000).toFixed(1)} s`,
      `${share.toFixed(0)} % of the records acknowledged`,
      `trace ${(this.#trace >>> 0).toString(16)}`,
    ].join('; ')
  }
}
