// The files of kafkajs have their types there.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./internals.d.ts" />
import errors from 'kafkajs-original/src/errors.js'
import protocol from 'kafkajs-original/src/protocol/error.js'

/*
 * The classes of kafkajs themselves, so that an error of a producer, a consumer and an admin is one class to `instanceof`. The file
 * that has them loads nothing of the client of kafkajs.
 */
export const {
  KafkaJSAggregateError,
  KafkaJSAlterPartitionReassignmentsError,
  KafkaJSBrokerNotFound,
  KafkaJSConnectionClosedError,
  KafkaJSConnectionError,
  KafkaJSCreateTopicError,
  KafkaJSDeleteGroupsError,
  KafkaJSDeleteTopicRecordsError,
  KafkaJSError,
  KafkaJSFetcherRebalanceError,
  KafkaJSGroupCoordinatorNotFound,
  KafkaJSInvalidLongError,
  KafkaJSInvalidVarIntError,
  KafkaJSInvariantViolation,
  KafkaJSLockTimeout,
  KafkaJSMemberIdRequired,
  KafkaJSMetadataNotLoaded,
  KafkaJSNoBrokerAvailableError,
  KafkaJSNonRetriableError,
  KafkaJSNotImplemented,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSOffsetOutOfRange,
  KafkaJSPartialMessageError,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
  KafkaJSServerDoesNotSupportApiKey,
  KafkaJSStaleTopicMetadataAssignment,
  KafkaJSTimeout,
  KafkaJSTopicMetadataNotLoaded,
  KafkaJSUnsupportedMagicByteInMessageSet,
} = errors

/** The error of a number of the protocol, with the type, the text and the `retriable` that kafkajs gives it. */
export const errorOfCode = protocol.createErrorFromCode
