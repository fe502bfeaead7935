import { detailOf, type ErrorCode, KafkaError } from '@sluice/protocol'

/** After these answers it takes the coordinator to tell whether another producer has the id, or this one can go on. */
const doubtful: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_TXN_STATE',
  'INVALID_PRODUCER_ID_MAPPING',
  'UNKNOWN_PRODUCER_ID',
])

/** These do not end with the transaction. */
const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'UNSUPPORTED_VERSION',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
])

/** Every broker and every later attempt would refuse the client in the same way. */
const ofCredentials: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
  // Of a function that gives the credentials.
  'INVALID_OPTION',
])

export function isOfCredentials(code: ErrorCode): boolean {
  return ofCredentials.has(code)
}

/**
 * What a refusal asks for. `find out`: the coordinator has aborted the transaction because it took too long, or another
 * producer with the same id has begun; the next answer of the coordinator tells. `abort`: the transaction cannot commit.
 * `give up`: nor can any later one.
 */
export function remedyFor(code: ErrorCode): 'find out' | 'abort' | 'give up' {
  if (doubtful.has(code)) return 'find out'
  return lasting.has(code) ? 'give up' : 'abort'
}

/** Of records whose transaction failed, or of the transaction itself. */
type Fate = 'no' | 'possibly'

export function isFencing(code: ErrorCode): boolean {
  return code === 'PRODUCER_FENCED' || code === 'INVALID_PRODUCER_EPOCH'
}

/** The coordinator has refused what the transaction needs. */
export function refused(
  code: ErrorCode,
  request: string,
  what: string,
  cause: KafkaError | null = null,
): KafkaError {
  return new KafkaError(code, `the coordinator refused ${what} (${request})`, {
    cause: cause ?? undefined,
  })
}

/** The transaction cannot commit any more; `cause` says why. */
export function mustAbort(cause: KafkaError, persisted?: Fate): KafkaError {
  const why = cause.code === 'TRANSACTION_ABORTABLE' ? detailOf(cause) : cause.message
  const detail = `the transaction cannot commit any more, only abort() works: ${why}`
  return new KafkaError('TRANSACTION_ABORTABLE', detail, { cause, ...fateOf(persisted) })
}

/**
 * The error of records whose leader does not take this producer for the present one, or its transaction for open. By its code
 * that would end the producer, but only an abort tells whether that is so.
 */
export function doubtedByLeader(
  error: KafkaError,
  transactionalId: string,
  timeoutMs: number,
): KafkaError {
  const { topic, partition, attempts, broker, persisted } = error
  const detail = `${detailOf(error)} (${error.code}), so the transaction cannot commit any more: it took longer than transactionTimeoutMs (${timeoutMs}), or another producer with transactionalId ${transactionalId} was started; call abort(), which finds out, and do the work again unless that rejects with PRODUCER_FENCED`
  const about = { topic, partition, attempts, broker, persisted, cause: error }
  return new KafkaError('TRANSACTION_ABORTABLE', detail, about)
}

/** Another producer has the id now. */
export function fenced(transactionalId: string): KafkaError {
  const detail = `another producer with transactionalId ${transactionalId} was started, and this one can do nothing more; close it, and give each producer that runs at the same time an id of its own (brokers before 3.0 say so, too, of a transaction that took longer than transactionTimeoutMs)`
  return new KafkaError('PRODUCER_FENCED', detail)
}

/** The same error, of a commit of which is known whether it may have worked. */
export function ofCommit(error: KafkaError, persisted: Fate): KafkaError {
  return new KafkaError(error.code, detailOf(error), { cause: error, persisted })
}

/** This producer goes on, so the coordinator has aborted its transaction for another reason than another producer. */
export function abortedByCoordinator(reason: KafkaError, timeoutMs: number): KafkaError {
  if (reason.code !== 'INVALID_TXN_STATE' && !isFencing(reason.code)) return reason
  const detail = `the coordinator has aborted the transaction, as it does after transactionTimeoutMs (${timeoutMs}); make transactions shorter, or raise transactionTimeoutMs`
  return new KafkaError('TRANSACTION_ABORTABLE', detail, { cause: reason })
}

/** Records whose transaction was aborted before they were acknowledged. */
export function abortedWithTransaction(): KafkaError {
  return new KafkaError('ABORTED', 'the transaction was aborted', { persisted: 'no' })
}

export function illegal(detail: string): KafkaError {
  return new KafkaError('ILLEGAL_STATE', detail)
}

/** The error of an InitProducerId that the coordinator refuses. */
export function notInitialized(
  code: ErrorCode,
  transactionalId: string,
  timeoutMs: number,
  cause: KafkaError | null,
): KafkaError {
  const detail =
    code === 'INVALID_TRANSACTION_TIMEOUT'
      ? `transactionTimeoutMs (${timeoutMs}) is over transaction.max.timeout.ms of the brokers; lower the one or raise the other`
      : `the coordinator gave no producer id for transactionalId ${transactionalId} (InitProducerId)${cause === null ? '' : `: ${cause.message}`}`
  return new KafkaError(code, detail, { cause: cause ?? undefined })
}

function fateOf(persisted: Fate | undefined) {
  return persisted === undefined ? {} : { persisted }
}
