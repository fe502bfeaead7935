import { KafkaError } from '@sluice/protocol'

/** The error of a call in a state that does not allow it. What it was to send has not been sent. */
function illegal(detail: string, cause?: unknown): KafkaError {
  return new KafkaError('ILLEGAL_STATE', detail, { persisted: 'no', cause })
}

export function beginUnderWay(): KafkaError {
  return illegal('another beginTransaction() is under way, and one transaction is open at a time')
}

/** @param failure - why the open transaction can only be aborted; null where it has not failed */
export function alreadyOpen(failure: KafkaError | null): KafkaError {
  return failure === null
    ? illegal('a transaction is open, and there is one at a time; commit() or abort() it first')
    : illegal('the transaction before has failed and is still open; abort() it first', failure)
}

export function stillEnding(end: 'commit' | 'abort'): KafkaError {
  return illegal(`${end}() of the transaction before has not ended; await it first`)
}

/** @param end - the call that has ended the transaction, or is about to */
export function afterEnd(call: string, end: 'commit' | 'abort'): KafkaError {
  return illegal(`${call}() after ${end}() of its transaction; begin another one`)
}

export function unknownOutcome(): KafkaError {
  return new KafkaError(
    'ILLEGAL_STATE',
    'abort() while the outcome of commit() is not known: the transaction may be committed; call commit() again to hear how it ends',
  )
}
