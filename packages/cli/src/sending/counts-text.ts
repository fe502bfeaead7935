import { counted, readable } from '../terminal/numbers.js'
import type { RecordCounts } from './record-counts.js'

/** What says how a record arrives. */
export interface ArrivalValues {
  readonly acks?: string | undefined
  readonly transactionalId?: string | undefined
}

/** Such as `3 records acknowledged, 1 failed, 0 possibly written`. */
export function countsText(counts: RecordCounts, values: ArrivalValues): string {
  const { acknowledged, failed, possiblyWritten } = counts
  const lost = `${readable(failed)} failed, ${readable(possiblyWritten)} possibly written`
  // With acks 0 no broker says anything.
  const arrived =
    values.acks === '0' ? 'sent without being acknowledged (acks 0)' : arrivalOf(values).arrived
  return `${counted(acknowledged, 'record')} ${arrived}, ${lost}`
}

/** Words for records while the command runs. */
export interface Arrival {
  /** Of a record that counts as having arrived. */
  readonly arrived: string
  /** Of a record whose end is not known yet. */
  readonly pending: string
}

/** A record in a transaction may be in the log already, but it has not arrived before the commit. */
export function arrivalOf({ acks, transactionalId }: ArrivalValues): Arrival {
  if (transactionalId !== undefined)
    return { arrived: 'committed', pending: 'in the open transaction' }
  return { arrived: acks === '0' ? 'sent' : 'acknowledged', pending: 'on the way' }
}
