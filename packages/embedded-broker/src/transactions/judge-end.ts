import { lastClientEpoch, type ProducerIdentity, type Transaction } from './transaction.js'

/** What becomes of an EndTxn. */
export type EndVerdict =
  /** The markers are to be written. */
  | { readonly kind: 'prepare' }
  /** A repeated request: the transaction has ended so already. */
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly error: EndError }

type EndError =
  | 'CONCURRENT_TRANSACTIONS'
  | 'INVALID_PRODUCER_ID_MAPPING'
  | 'INVALID_TXN_STATE'
  | 'PRODUCER_FENCED'

/**
 * An EndTxn of version 0 to 4, whatever the cluster speaks. The producer keeps its epoch, so that a request that comes
 * late cannot be told from one for the next transaction.
 */
export function judgeEnd(
  transaction: Transaction,
  { producerEpoch, producerId }: ProducerIdentity,
  committed: boolean,
): EndVerdict {
  if (transaction.producerId !== producerId) return refused('INVALID_PRODUCER_ID_MAPPING')
  if (transaction.producerEpoch !== producerEpoch) return refused('PRODUCER_FENCED')
  if (transaction.state === 'Ongoing') return prepare
  const ended = endedState(transaction)
  return ended === committed ? repeated(transaction) : refused('INVALID_TXN_STATE')
}

/**
 * An EndTxn of version 5. Each transaction ends with the next epoch (KIP-890), so that the epoch tells a repeated request
 * from the next. A transaction without records can be aborted, which takes an epoch too, and not committed.
 */
export function judgeEndWithBump(
  transaction: Transaction,
  { producerEpoch, producerId }: ProducerIdentity,
  committed: boolean,
): EndVerdict {
  const given = { producerId, producerEpoch }
  if (transaction.producerId !== producerId && !hasChangedIdSince(transaction, given)) {
    return refused('INVALID_PRODUCER_ID_MAPPING')
  }
  const meant = meantEnd(transaction, given)
  if (meant === 'fenced') return refused('PRODUCER_FENCED')
  if (meant === 'repeated') {
    const isSame = endedState(transaction) === committed
    return isSame ? repeated(transaction) : refused('INVALID_TXN_STATE')
  }
  const mayEnd = transaction.state === 'Ongoing' || !committed
  return mayEnd ? prepare : refused('INVALID_TXN_STATE')
}

/** Which transaction a producer wants to end: the current, the one before it again, or that of a producer that was fenced. */
function meantEnd(
  transaction: Transaction,
  given: ProducerIdentity,
): 'current' | 'fenced' | 'repeated' {
  const isBefore =
    hasChangedIdSince(transaction, given) || transaction.producerEpoch === given.producerEpoch + 1
  if (isBefore && endedState(transaction) !== null) return 'repeated'
  const isCurrent = transaction.producerEpoch === given.producerEpoch
  return isCurrent && !transaction.isEnding ? 'current' : 'fenced'
}

/** Whether the transaction that used up the epochs of the producer id has ended, and the producer has not heard of it. */
function hasChangedIdSince(
  { previousProducerId, producerEpoch }: Transaction,
  given: ProducerIdentity,
): boolean {
  return (
    previousProducerId === given.producerId &&
    given.producerEpoch === lastClientEpoch &&
    producerEpoch === 0
  )
}

/** Whether it was committed, false for aborted; null before it has ended or is ending. */
function endedState({ state }: Transaction): boolean | null {
  if (state === 'PrepareCommit' || state === 'CompleteCommit') return true
  return state === 'PrepareAbort' || state === 'CompleteAbort' ? false : null
}

function repeated({ isEnding }: Transaction): EndVerdict {
  return isEnding ? refused('CONCURRENT_TRANSACTIONS') : { kind: 'done' }
}

const prepare: EndVerdict = { kind: 'prepare' }

function refused(error: EndError): EndVerdict {
  return { kind: 'refused', error }
}
