import type { Producer } from '@sluice/producer'
import { abortKnown, beginKnown, commitKnown, type KnownEnd } from './end-known.js'
import type { History } from './judge/history.js'
import type { PlannedTransaction } from './planned-transaction.js'
import { sendMixed } from './sends.js'

/** Plays one transaction to its known end, and enters in the history what the producer told. */
export async function play(
  producer: Producer,
  { number, records, ending }: PlannedTransaction,
  history: History,
  random: () => number,
): Promise<KnownEnd> {
  const transaction = await beginKnown(producer)
  history.begin(number, records.length)
  let failure: unknown
  await sendMixed(transaction, records, random).catch((error: unknown) => (failure = error))
  if (failure !== undefined || ending === 'abort') {
    const end = await abortKnown(transaction)
    history.tell(number, 'aborted')
    return failure === undefined ? end : { ...end, failure }
  }
  history.tell(number, 'committing')
  const end = await commitKnown(transaction)
  history.tell(number, end.end)
  return end
}
