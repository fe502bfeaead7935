import type { ErrorRow } from './broker-errors.js'

/** Errors that no broker sends: what goes wrong on this side, or on the way. */
export const clientErrors = {
  INVALID_OPTION: [0, 'final', 'An option is not valid.'],
  INVALID_ARGUMENT: [0, 'final', 'An argument or a record is not valid.'],
  INVALID_PARTITION: [0, 'final', 'The topic has no such partition.'],
  PARTITIONER_FAILED: [0, 'final', 'The partitioner threw.'],
  SERIALIZATION_FAILED: [
    0,
    'final',
    'A serializer threw, gave what is no key or value, or did not answer within maxBlockMs.',
  ],
  RECORD_TOO_LARGE: [
    0,
    'final',
    'The record is over maxRequestBytes or bufferBytes, before compression.',
  ],
  BUFFER_FULL: [
    0,
    'retry',
    'bufferBytes are in use; send less at once, or wait for earlier sends.',
  ],
  METADATA_TIMEOUT: [0, 'retry', 'The topic was not known within maxBlockMs.'],
  DELIVERY_TIMEOUT: [0, 'final', 'The record was not acknowledged within deliveryTimeoutMs.'],
  TOPIC_RECREATED: [0, 'final', 'The topic was deleted and created again.'],
  TRANSACTION_TIMEOUT: [
    0,
    'retry',
    'The call did not end within maxBlockMs, and goes on; make the same call again.',
  ],
  REQUEST_TIMEOUT: [0, 'refresh', 'The broker did not answer within requestTimeoutMs.'],
  CONNECTION_FAILED: [0, 'refresh', 'The broker could not be reached.'],
  TLS_AUTHENTICATION_FAILED: [
    0,
    'final',
    'The certificate or another part of the TLS handshake was refused, by this side or by the broker.',
  ],
  CONNECTION_CLOSED: [0, 'refresh', 'The connection was closed before the answer came.'],
  MALFORMED_RESPONSE: [0, 'refresh', 'The peer sent bytes that are not the Kafka protocol.'],
  CODEC_FAILED: [0, 'final', 'The compression codec failed.'],
  CODEC_UNAVAILABLE: [0, 'final', 'There is no codec for this compression.'],
  SENDER_THREAD_DIED: [
    0,
    'retry',
    "The sender's thread has ended; what is sent from now on goes by another one.",
  ],
  PARTIAL_FAILURE: [0, 'final', 'Some of the records failed; see results.'],
  ABORTED: [0, 'final', 'The operation was aborted.'],
  PRODUCER_CLOSED: [0, 'fatal', 'The producer is closed.'],
  ILLEGAL_STATE: [0, 'final', 'The call is not allowed in this state.'],
} as const satisfies Record<string, ErrorRow>
