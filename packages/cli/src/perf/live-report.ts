import type { CliIo } from '../cli-io.js'
import { type ArrivalValues, arrivalOf } from '../sending/counts-text.js'
import { readable } from '../terminal/numbers.js'
import type { StatusLine } from '../terminal/status-line.js'
import { latencyText } from './latencies.js'
import type { Phase } from './phase.js'

const liveEveryMs = 500

/** What is reported, and where. */
export interface LiveReport {
  /** Of the phase, such as `warm-up`. */
  readonly name: string
  readonly phase: Phase
  readonly line: StatusLine
  readonly io: CliIo
  readonly values: ArrivalValues & { readonly reportMs: number }
}

/**
 * Shows rate and latency of the last interval while records are sent: in a line that changes where a person looks, otherwise in a line of
 * its own each `reportMs`.
 *
 * @returns a function that ends this
 */
export function reportLive({ name, phase, line, io, values }: LiveReport): () => void {
  const { reportMs } = values
  const everyMs = line.isLive ? Math.min(liveEveryMs, reportMs) : reportMs
  let before = { at: io.now(), acknowledged: 0 }
  const report = (): void => {
    const now = { at: io.now(), acknowledged: phase.acknowledged }
    const perSecond = ((now.acknowledged - before.acknowledged) * 1000) / (now.at - before.at)
    const text = `${name}: ${reportText(phase, perSecond, values)}`
    if (line.isLive) line.show(text)
    else line.print(text)
    phase.recent.reset()
    before = now
    timer = io.setTimeout(report, everyMs)
  }
  let timer = io.setTimeout(report, everyMs)
  return () => {
    io.clearTimeout(timer)
    line.clear()
  }
}

function reportText(phase: Phase, perSecond: number, values: ArrivalValues): string {
  const { pending } = arrivalOf(values)
  return [
    `${readable(perSecond)} records/s`,
    `latency ${latencyText(phase.recent.read())}`,
    `${readable(phase.pending)} ${pending}`,
    ...(phase.lost > 0 ? [`${readable(phase.lost)} failed`] : []),
  ].join('; ')
}
