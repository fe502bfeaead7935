import type { SealedBatch } from '@sluice/accumulator'
import {
  describeError,
  detailOf,
  type ErrorDescription,
  KafkaError,
  reasonOf,
} from '@sluice/protocol'

/** How a thread has ended, for an error text: nothing of it may be a secret. */
export function deathOf(reason: unknown): string {
  return reason instanceof KafkaError ? detailOf(reason) : reasonOf(reason)
}

/** The error of a call that a thread has not answered: its own, where it has said what is wrong with the options. */
export function lossOf(reason: Error): KafkaError {
  if (reason instanceof KafkaError) return reason
  const detail = `the sender's thread has ended before it answered: ${deathOf(reason)}; call again, and another thread starts`
  return new KafkaError('SENDER_THREAD_DIED', detail)
}

/** The error of the records of a batch that was on a thread. */
export function batchLost(
  { topic, partition }: Pick<SealedBatch, 'topic' | 'partition'>,
  persisted: 'no' | 'possibly',
  death: string,
): ErrorDescription {
  const fate = persisted === 'no' ? 'was not sent' : 'may be in the log'
  const detail = `the sender's thread has ended, and the record ${fate}: ${death}; what is sent from now on goes by another thread`
  return describeError(
    new KafkaError('SENDER_THREAD_DIED', detail, { topic, partition, persisted }),
  )
}

/** The error of a transactional producer whose thread is lost: the thread alone knew what its transaction has done. */
export function transactionsLost(death: string, persisted?: 'possibly'): KafkaError {
  const detail =
    `the sender's thread has ended, and with it what is known of the transaction: ${death}; close this producer, and create another ` +
    'one with the same transactionalId, which aborts what was left open'
  return new KafkaError('PRODUCER_CLOSED', detail, persisted === undefined ? {} : { persisted })
}

/** The error of a batch that was still on the caller's thread when the producer was closed. */
export function closedBeforeSent(): KafkaError {
  const detail = 'the producer was closed before the record was sent'
  return new KafkaError('PRODUCER_CLOSED', detail, { persisted: 'no' })
}

/** The error of a batch on a thread that has not ended in time when the producer was closed. */
export function closedMeanwhile(
  { topic, partition }: Pick<SealedBatch, 'topic' | 'partition'>,
  persisted: 'no' | 'possibly',
): ErrorDescription {
  const what = persisted === 'no' ? 'sent' : 'acknowledged'
  const detail = `the producer was closed before the record was ${what}`
  return describeError(new KafkaError('PRODUCER_CLOSED', detail, { topic, partition, persisted }))
}

export function connectionClosed(): KafkaError {
  return new KafkaError('CONNECTION_CLOSED', 'the network client is closed')
}

export function connectAborted(signal: AbortSignal): KafkaError {
  return new KafkaError('ABORTED', 'connect was aborted', { cause: signal.reason })
}
