import { readFileSync } from 'node:fs'
import { type EventLoopUtilization, performance } from 'node:perf_hooks'
import type { Outcome } from '../task.js'

/** What the process has used since it was made. */
export class Usage {
  readonly #begun = performance.now()
  readonly #cpu = process.cpuUsage()
  readonly #mainNanos = mainThreadNanos()
  readonly #loop: EventLoopUtilization = performance.eventLoopUtilization()

  read(): Pick<Outcome, 'wallMs' | 'cpuMicros' | 'mainCpuMicros' | 'eventLoopUtilisation'> {
    const wallMs = performance.now() - this.#begun
    const { user, system } = process.cpuUsage(this.#cpu)
    const main = mainThreadNanos()
    const { utilization } = performance.eventLoopUtilization(this.#loop)
    return {
      wallMs,
      cpuMicros: user + system,
      mainCpuMicros:
        main === null || this.#mainNanos === null ? null : (main - this.#mainNanos) / 1_000,
      eventLoopUtilisation: utilization,
    }
  }
}

/** Linux counts the time on a core for each thread; the main thread has the id of the process. */
function mainThreadNanos(): number | null {
  try {
    const file = `/proc/self/task/${process.pid}/schedstat`
    return Number(readFileSync(file, 'utf8').split(' ')[0])
  } catch {
    return null
  }
}

/** What is in memory now, and what was at most; in KiB. */
export function memory(): { readonly rssKiB: number; readonly peakRssKiB: number } {
  const status = readFileSync('/proc/self/status', 'utf8')
  const of = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1])
  return { rssKiB: of('VmRSS'), peakRssKiB: of('VmHWM') }
}
