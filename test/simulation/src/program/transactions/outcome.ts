import type { Entry } from '../ledger.js'

/** A transaction of the program, and what the program was told of it. */
export interface TransactionOutcome {
  readonly entries: Entry[]
  /** What it commits for the group; null for none. */
  readonly offset: number | null
  told: 'open' | 'committed' | 'aborted' | 'possibly'
}
