import { errorText } from '../command-line/error-text.js'
import { type ArrivalValues, countsText } from '../sending/counts-text.js'
import { type Interruption, interruptionText } from '../sending/interruption.js'
import type { Failures } from '../sending/record-counts.js'
import { counted, readable } from '../terminal/numbers.js'
import type { Tally } from './tally.js'

/** What is told at the end: the kinds of failures, then the counts. */
export function summaryOf(
  tally: Tally,
  values: ArrivalValues,
  interruption: Interruption | null,
): string[] {
  const leftOut = tally.skipped > 0 ? `, ${readable(tally.skipped)} left out` : ''
  return [
    ...[...tally.failures.values()].map((failures) => failureText(failures, interruption)),
    `${countsText(tally, values)}${leftOut}`,
  ]
}

function failureText(
  { error, firstRecord, count }: Failures,
  interruption: Interruption | null,
): string {
  const reason = interruptionText(error, interruption) ?? errorText(error)
  const first = `record ${readable(firstRecord)}`
  return count === 1
    ? `${first}: ${reason}`
    : `${counted(count, 'record')}, the first is ${first}: ${reason}`
}
