/**
 * The Kafka wire: primitives, messages, record batches, CRC-32C and the error table. What every other package of
 * Sluice stands on; it imports nothing but `node:*`.
 *
 * @packageDocumentation
 */

export { inMicrotask } from './microtask.js'
export { byteLengthOf, isBytes, isPlainBytes, plainBytes } from './primitives/bytes.js'
export { CheckedCodec } from './checked-codec.js'
export {
  booleanOption,
  describeValue,
  functionOption,
  methodsOption,
  numberOption,
  optionsOf,
  unknownOption,
  wholeOption,
  wrongOption,
} from './options/option-checks.js'
export { nearestName, plainName } from './options/nearest-name.js'
export type { CompressionCodec } from './codec.js'
export { AcknowledgedRecord } from './record.js'
export type {
  HeaderValue,
  PartitionMetadata,
  ProducerRecord,
  RecordContent,
  RecordHeaders,
  RecordMetadata,
  RecordMetadataJson,
  TopicPartition,
} from './record.js'

export {
  detailOf,
  errorCodeOf,
  errorCodes,
  errorNumberOf,
  isRefreshMetadata,
  isRetriable,
  KafkaError,
  type ErrorCode,
  type KafkaErrorOptions,
} from './errors.js'
export { brokerErrors, type ErrorRow, type Outcome } from './broker-errors.js'
export { clientErrors } from './client-errors.js'
export { describeError, restoreError, type ErrorDescription } from './error-description.js'
export { printable, printableThrown, reasonOf } from './text/printable.js'
export { RepeatedTroubles } from './text/repeated-troubles.js'
export { TroubleCounts } from './text/trouble-counts.js'
export { codeNotLoaded } from './options/code-not-loaded.js'
export { portableFrom, type Portable, withPortable } from './portable.js'
export { exponentialBackoff, longestTimerMs } from './backoff.js'

export { ByteReader } from './primitives/byte-reader.js'
export { ByteWriter } from './primitives/byte-writer.js'
export { crc32c } from './primitives/crc32c.js'
export { zeroUuid } from './primitives/uuid.js'

export { flattenHeaders, type FlatHeaders } from './batch/headers.js'
export { recordSize, recordSizeBound } from './batch/record-size.js'
export { RecordBatchBuilder } from './batch/record-batch-builder.js'
export {
  BATCH_HEADER_BYTES,
  encodeBatchHeader,
  nextSequence,
  type BatchHeaderFields,
} from './batch/batch-header.js'
export { readBatchHeader, type RecordBatch } from './batch/batch-reader.js'
export { type RecordsPart } from './batch/record-places.js'
export { removeRecords } from './batch/remove-records.js'
export { splitRecords } from './batch/split-records.js'
export { readRecords, type BatchRecord } from './batch/record-reader.js'
export { decompressPayload } from './batch/decompress.js'

export type { Api, MessageType, RequestOf, ResponseOf } from './messages/api.js'
export {
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type RequestHeader,
} from './messages/frames.js'
export { addOffsetsToTxnApi } from './messages/transactions/add-offsets-to-txn.js'
export { addPartitionsToTxnApi } from './messages/transactions/add-partitions-to-txn.js'
export { apiVersionsApi } from './messages/api-versions.js'
export { describeTransactionsApi } from './messages/transactions/describe-transactions.js'
export { endTxnApi } from './messages/transactions/end-txn.js'
export { fetchApi } from './messages/fetch.js'
export { findCoordinatorApi } from './messages/find-coordinator.js'
export { getTelemetrySubscriptionsApi } from './messages/telemetry/get-telemetry-subscriptions.js'
export { initProducerIdApi } from './messages/init-producer-id.js'
export { listOffsetsApi } from './messages/list-offsets.js'
export { metadataApi } from './messages/metadata.js'
export { offsetFetchApi } from './messages/transactions/offset-fetch.js'
export { produceApi } from './messages/produce.js'
export { pushTelemetryApi } from './messages/telemetry/push-telemetry.js'
export { saslAuthenticateApi } from './messages/sasl-authenticate.js'
export { saslHandshakeApi } from './messages/sasl-handshake.js'
export { txnOffsetCommitApi } from './messages/transactions/txn-offset-commit.js'
