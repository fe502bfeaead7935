import { KafkaError } from '@sluice/protocol'

/*
 * The errors of a call that is for producers with transactions, or for those without. Every producer loads them, and of the
 * rest of this folder only `late-transactions`.
 */

export function outsideOfTransaction(): KafkaError {
  return wrongProducer(
    'a producer with transactionalId sends in transactions alone: await beginTransaction(), and call send, sendMany or enqueue of the transaction',
  )
}

export function notTransactional(call: string): KafkaError {
  return wrongProducer(
    `${call}() is for producers with the option transactionalId; this one has none`,
  )
}

function wrongProducer(detail: string): KafkaError {
  return new KafkaError('ILLEGAL_STATE', detail, { persisted: 'no' })
}
