import { fates, type Ledger } from './ledger.js'

/** A partition's log, as its acknowledgements tell of it. */
export interface AcknowledgedLog {
  /** The first record that the log there is now has acknowledged. */
  readonly firstId: number
  /** The offset behind the last record acknowledged. */
  readonly end: number
  /** How often offsets began anew: 0 unless the topic was created again. */
  readonly restarts: number
}

/** @returns a log for each partition that has acknowledged something */
export function acknowledgedLogs(ledger: Ledger): readonly AcknowledgedLog[] {
  const logs: AcknowledgedLog[] = []
  for (let id = 0; id < ledger.sent; id++) {
    const offset = ledger.offsetOf(id)
    if (ledger.fateOf(id) !== fates.acknowledged || offset < 0) continue
    const partition = ledger.partitionOf(id)
    const log = logs[partition]
    // Later records of a log have higher offsets, so this is another log.
    const isNew = log === undefined || offset < log.end
    const restarts = log === undefined ? 0 : log.restarts + (isNew ? 1 : 0)
    logs[partition] = { firstId: isNew ? id : log.firstId, end: offset + 1, restarts }
  }
  return logs
}
