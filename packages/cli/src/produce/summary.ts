import { counted, readable } from '../terminal/numbers.js'
import type { Failures, Tally } from './tally.js'

/** What is told at the end: the kinds of failures, then the counts. */
export function summaryOf(tally: Tally, isAnswered: boolean): string[] {
  return [...tally.failures.values()].map(failureText).concat(countsText(tally, isAnswered))
}

/** @param isAnswered - false with acks 0, where no broker says anything */
function countsText(tally: Tally, isAnswered: boolean): string {
  const lost = [
    `${readable(tally.failed)} failed`,
    `${readable(tally.possiblyWritten)} possibly written`,
    ...(tally.skipped > 0 ? [`${readable(tally.skipped)} left out`] : []),
  ]
  const arrived = isAnswered ? 'acknowledged' : 'sent without being acknowledged (acks 0)'
  return `${counted(tally.acknowledged, 'record')} ${arrived}, ${lost.join(', ')}`
}

function failureText({ error, firstRecord, count }: Failures): string {
  const which = count === 1 ? `record ${readable(firstRecord)}` : `${counted(count, 'record')},`
  const first = count === 1 ? '' : ` the first is record ${readable(firstRecord)}:`
  return count === 1 ? `${which}: ${error.message}` : `${which}${first} ${error.message}`
}
