import { isExhausted, type ProducerIdentity, type Transaction } from './transaction.js'

/** What becomes of an InitProducerId for a transactional id that is known. */
export type InitVerdict =
  /** The next epoch. `lastEpoch` is that which the producer had, −1 for a new instance of it. */
  | { readonly kind: 'next epoch'; readonly lastEpoch: number }
  /** A repeated request: the epoch that the first was answered with. */
  | { readonly kind: 'same epoch' }
  /** The epochs of the producer id are used up. */
  | { readonly kind: 'next id'; readonly lastEpoch: number }
  /** The transaction of a former instance is aborted first, and the client asks again. */
  | { readonly kind: 'fence' }
  | { readonly kind: 'refused'; readonly error: InitError }

type InitError = 'CONCURRENT_TRANSACTIONS' | 'PRODUCER_FENCED' | 'UNKNOWN_SERVER_ERROR'

/** @param expected Who the producer says it is, so that it goes on with the next epoch (KIP-360). Null for a new instance. */
export function judgeInit(
  transaction: Transaction,
  expected: ProducerIdentity | null,
): InitVerdict {
  if (expected !== null && !isItsId(transaction, expected)) return refused('PRODUCER_FENCED')
  if (transaction.isEnding) return refused('CONCURRENT_TRANSACTIONS')
  if (transaction.state === 'Ongoing') return { kind: 'fence' }
  const { lastEpoch, producerEpoch } = transaction
  if (isExhausted(producerEpoch)) return judgeExhausted(transaction, expected)
  if (expected === null) return { kind: 'next epoch', lastEpoch: -1 }
  if (producerEpoch === -1 || expected.producerEpoch === producerEpoch) {
    return { kind: 'next epoch', lastEpoch: producerEpoch }
  }
  return expected.producerEpoch === lastEpoch ? { kind: 'same epoch' } : refused('PRODUCER_FENCED')
}

function isItsId(
  { previousProducerId, producerEpoch, producerId }: Transaction,
  expected: ProducerIdentity,
): boolean {
  if (producerEpoch === -1 || expected.producerId === producerId) return true
  return expected.producerId === previousProducerId && isExhausted(expected.producerEpoch)
}

function judgeExhausted(
  { producerEpoch }: Transaction,
  expected: ProducerIdentity | null,
): InitVerdict {
  if (expected === null) return { kind: 'next id', lastEpoch: -1 }
  // Kafka has no epoch to give here, and none of its errors for that.
  if (expected.producerEpoch !== producerEpoch) return refused('UNKNOWN_SERVER_ERROR')
  return { kind: 'next id', lastEpoch: producerEpoch }
}

function refused(error: InitError): InitVerdict {
  return { kind: 'refused', error }
}
