import { brokerErrors, errorNumberOf, KafkaError } from '@sluice/protocol'
import {
  errorOfCode,
  KafkaJSConnectionClosedError,
  KafkaJSError,
  KafkaJSMetadataNotLoaded,
  KafkaJSNonRetriableError,
  KafkaJSRequestTimeoutError,
  KafkaJSServerDoesNotSupportApiKey,
} from '../original/errors.js'
import { connectionError } from './connection-error.js'
import { saslError } from './sasl-error.js'

/** MESSAGE_TOO_LARGE, which says the same of a record that is too large before it is sent. */
const tooLarge = 10

/** Our own codes that have an error of their own. All others of ours are mistakes of the program. */
const ofOurCodes: Readonly<Record<string, (error: KafkaError) => KafkaJSError>> = {
  BUFFER_FULL: ({ message }) => new KafkaJSError(message, { retriable: true }),
  CONNECTION_CLOSED: connectionClosed,
  CONNECTION_FAILED: connectionError,
  DELIVERY_TIMEOUT: requestTimeout,
  METADATA_TIMEOUT: () => new KafkaJSMetadataNotLoaded('Producing to topic without metadata'),
  RECORD_TOO_LARGE: () => errorOfCode(tooLarge),
  REQUEST_TIMEOUT: requestTimeout,
  TLS_AUTHENTICATION_FAILED: connectionError,
  UNSUPPORTED_VERSION: unsupported,
}

/** One failure as kafkajs tells it, without what the retries add around it. */
export function simpleError(error: KafkaError): KafkaJSError {
  const { code, cause, message } = error
  // The reason why no server could be reached, where it is more than a socket's.
  if (code === 'CONNECTION_FAILED' && cause instanceof KafkaError) return simpleError(cause)
  const own = saslError(error) ?? ofOurCodes[code]?.(error)
  if (own !== undefined) return own
  if (Object.hasOwn(brokerErrors, code)) return errorOfCode(errorNumberOf(code))
  return new KafkaJSNonRetriableError(message, { cause })
}

type KafkaJSError = InstanceType<typeof KafkaJSError>

/** No version of a request is spoken by both sides. */
function unsupported(): KafkaJSError {
  return new KafkaJSServerDoesNotSupportApiKey(
    'The Kafka server does not support the requested API version',
  )
}

function connectionClosed(error: KafkaError): KafkaJSError {
  const { host, port } = addressIn(error.message)
  return new KafkaJSConnectionClosedError('Closed connection', { host, port })
}

function requestTimeout(error: KafkaError): KafkaJSError {
  const { host, port } = addressIn(error.message)
  return new KafkaJSRequestTimeoutError(`Request timed out: ${error.message}`, {
    broker: `${host}:${port}`,
    clientId: '',
    correlationId: 0,
    createdAt: 0,
    sentAt: 0,
    pendingDuration: 0,
  })
}

/** The address of the broker, which our messages name. */
function addressIn(message: string): { host: string; port: number } {
  const found = /([\w.-]+|\[[\da-f:]+\]):(\d{1,5})/i.exec(message)
  return { host: found?.[1] ?? 'unknown', port: Number(found?.[2] ?? 0) }
}
