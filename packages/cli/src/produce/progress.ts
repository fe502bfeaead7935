import type { CliIo } from '../cli-io.js'
import { type ArrivalValues, arrivalOf } from '../sending/counts-text.js'
import { readable } from '../terminal/numbers.js'
import type { StatusLine } from '../terminal/status-line.js'
import type { Tally } from './tally.js'

const everyMs = 500

/** Shows the counts and the rate while records are sent. @returns a function that ends this */
export function showProgress(
  line: StatusLine,
  tally: Tally,
  values: ArrivalValues,
  io: CliIo,
): () => void {
  let timer: unknown
  let before = { at: io.now(), acknowledged: 0 }
  const show = (): void => {
    const now = { at: io.now(), acknowledged: tally.acknowledged }
    const rate = ((now.acknowledged - before.acknowledged) * 1000) / Math.max(1, now.at - before.at)
    line.show(progressText(tally, rate, values))
    before = now
    timer = io.setTimeout(show, everyMs)
  }
  timer = io.setTimeout(show, everyMs)
  return () => {
    io.clearTimeout(timer)
    line.clear()
  }
}

/** Such as `1,200 acknowledged (600/s), 30 on the way, 2 failed`. */
export function progressText(tally: Tally, perSecond: number, values: ArrivalValues): string {
  const { lost } = tally
  const { arrived, pending } = arrivalOf(values)
  return [
    `${readable(tally.acknowledged)} ${arrived} (${readable(perSecond)}/s)`,
    `${readable(tally.pending)} ${pending}`,
    ...(lost > 0 ? [`${readable(lost)} failed`] : []),
    ...(tally.skipped > 0 ? [`${readable(tally.skipped)} left out`] : []),
  ].join(', ')
}
