import type { TransactionOutcome } from '../program/transactions/outcome.js'

/** What the world shows of transactions. */
export interface Visible {
  /** The numbers of the records that a consumer of committed records reads. */
  readonly ids: ReadonlySet<number>
  /** The offset that the group has committed, null for none. */
  readonly offset: number | null
}

/** Compares what the program was told of its transactions with what consumers of committed records see. */
export function judgeTransactions(
  outcomes: readonly TransactionOutcome[],
  visible: Visible,
): string[] {
  return [
    ...outcomes.flatMap((outcome, index) => judgeOutcome(outcome, index, visible.ids)),
    ...judgeOffset(outcomes, visible.offset),
  ]
}

function judgeOutcome(
  { entries, told }: TransactionOutcome,
  index: number,
  ids: ReadonlySet<number>,
): string[] {
  const seen = entries.filter(({ id }) => ids.has(id)).length
  const what = `transaction ${index} was told ${told}, and ${seen} of ${entries.length} are visible`
  if (told === 'open') return [what]
  if (told === 'committed') return seen === entries.length ? [] : [what]
  if (told === 'aborted') return seen === 0 ? [] : [what]
  return seen === 0 || seen === entries.length ? [] : [what]
}

/** It is that of the last transaction with an offset that was committed, or of one behind it that may be. */
function judgeOffset(outcomes: readonly TransactionOutcome[], offset: number | null): string[] {
  const withOffset = outcomes.filter((outcome) => outcome.offset !== null)
  const last = withOffset.findLast(({ told }) => told === 'committed')?.offset ?? null
  const possible = withOffset
    .filter((outcome) => outcome.told === 'possibly' && outcome.offset! > (last ?? -1))
    .map((outcome) => outcome.offset)
  if ([last, ...possible].includes(offset)) return []
  return [`the group is at offset ${offset}, and not at ${[last, ...possible].join(' or ')}`]
}
