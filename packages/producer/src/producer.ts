import type {
  PartitionMetadata,
  ProducerRecord,
  RecordContent,
  RecordMetadata,
} from '@sluice/protocol'
import type { AbortOptions } from './delivery/abort-signal.js'
import type { DeliveryCallback } from './delivery/delivery-callback.js'
import type { CloseOptions } from './lifecycle/close-options.js'
import type { MetricsOptions } from './metrics/metrics-options.js'
import type { ProducerMetrics } from './metrics/producer-metrics.js'
import type { ProducerStatus } from './metrics/producer-status.js'
import type { RecordWritable, WritableOptions } from './stream/record-writable.js'
import type { Transaction } from './transactions/transaction.js'

/** Sends records to Kafka (Kafka's `KafkaProducer`). One producer serves a whole process. */
export interface Producer<K = RecordContent, V = RecordContent> extends AsyncDisposable {
  /**
   * Connects now instead of with the first record, to fail early on a wrong address or wrong credentials. With
   * `transactionalId` it also gets the producer id: an earlier producer with the same id is fenced, and what it left open is
   * aborted.
   *
   * @throws KafkaError CONNECTION_FAILED when no bootstrap server serves, or when one does but no broker can be reached at the
   * address that it advertises (`advertised.listeners`), with the last failure as `cause`;
   * TLS_AUTHENTICATION_FAILED when all of them fail over certificates or the like;
   * SASL_AUTHENTICATION_FAILED, UNSUPPORTED_SASL_MECHANISM and ILLEGAL_SASL_STATE as soon as one server refuses;
   * ABORTED; PRODUCER_CLOSED. With `transactionalId`, too, INVALID_TRANSACTION_TIMEOUT, TRANSACTIONAL_ID_AUTHORIZATION_FAILED
   * and what else the cluster refuses it with, PRODUCER_FENCED, and TRANSACTION_TIMEOUT after `maxBlockMs`.
   */
  connect(options?: AbortOptions): Promise<void>
  /**
   * Sends one record. Records of one caller and one partition keep their order, awaited or not.
   * It never throws synchronously. The record is read at the call: it and its bytes are the caller's again when `send`
   * returns.
   *
   * @returns where the record is: topic, partition, offset and timestamp
   * @throws KafkaError with `persisted` telling whether the record may be in the log. Before it was sent:
   * INVALID_ARGUMENT, INVALID_TOPIC_EXCEPTION, INVALID_PARTITION, PARTITIONER_FAILED, SERIALIZATION_FAILED (of a serializer,
   * also where it has not answered after `maxBlockMs`), RECORD_TOO_LARGE,
   * METADATA_TIMEOUT and BUFFER_FULL (after `maxBlockMs`, or at once where too many records wait), CODEC_FAILED,
   * SASL_AUTHENTICATION_FAILED, TLS_AUTHENTICATION_FAILED, PRODUCER_CLOSED. After it was sent: DELIVERY_TIMEOUT, or the
   * broker's own code, such as TOPIC_AUTHORIZATION_FAILED. At any time ABORTED by its signal. ILLEGAL_STATE with
   * `transactionalId`: send with a transaction.
   */
  send(record: ProducerRecord<K, V>, options?: AbortOptions): Promise<RecordMetadata>
  /**
   * Sends many records with one promise. No record is sent when one of them is not valid. They may be more than
   * `bufferBytes` holds: they are appended in order, as room comes, before records that are sent later to the same topics.
   * The bytes of the records must not change until the promise settles; the objects and the array may.
   *
   * @returns one metadata for each record, in the order given
   * @throws KafkaError PARTIAL_FAILURE when some records failed; its `results` holds the metadata or the error of each
   * record, in the order given. What `send` throws before it sends, for the first record that is not valid.
   */
  sendMany(
    records: readonly ProducerRecord<K, V>[],
    options?: AbortOptions,
  ): Promise<RecordMetadata[]>
  /**
   * Takes a record without a promise, the fastest way to send. The failure of a record without a callback goes to
   * `onDeliveryError`. The record and its bytes are the caller's again when `enqueue` returns.
   *
   * @param onDelivery - called once, when the record has settled, never inside this call, with the `AsyncLocalStorage` stores of
   * this call
   * @param context - passed on to `onDelivery`, which saves a closure for each record
   * @returns false when the caller should wait for `drained()`; the record is taken all the same
   * @throws KafkaError for mistakes of the program only: an invalid record, also for its serializer where that answers at once, a
   * closed producer, one with `transactionalId`
   */
  enqueue<C = undefined>(
    record: ProducerRecord<K, V>,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean
  /**
   * A stream in object mode that sends the records written to it: `pipeline(source, producer.writable())` resolves when all are
   * acknowledged, and rejects with the error of the first that fails. It takes no more than the producer has room for. Any
   * number of streams may be open; none of them closes the producer.
   *
   * @throws KafkaError PRODUCER_CLOSED; ILLEGAL_STATE with `transactionalId`; INVALID_ARGUMENT for wrong options
   */
  writable(options?: WritableOptions): RecordWritable
  /** Resolves when `enqueue` may go on: at once where there is room. While a caller waits, no record lingers for `lingerMs`. */
  drained(): Promise<void>
  /**
   * Resolves when all records that were sent before have settled, whatever the result. In a transaction it waits for
   * acknowledgements, not for the commit; `Transaction.flush` tells of failures.
   *
   * @throws KafkaError ILLEGAL_STATE inside a delivery callback (KIP-1118); ABORTED by its signal
   */
  flush(options?: AbortOptions): Promise<void>
  /**
   * Begins a transaction, after the end of the one before is known. It connects if `connect` was not called.
   *
   * @throws KafkaError ILLEGAL_STATE without `transactionalId`, and while a transaction is open or has failed and is not aborted;
   * what `connect` throws of the transactional id; TRANSACTION_TIMEOUT after `maxBlockMs`: call it again; PRODUCER_FENCED
   * once another producer has the id; PRODUCER_CLOSED
   */
  beginTransaction(): Promise<Transaction<K, V>>
  /**
   * Begins a transaction, does the work, and commits. When the work throws, or the commit asks for it, the transaction is
   * aborted. Work that has called `commit` or `abort` has ended it itself.
   *
   * @returns what the work gives
   * @throws what the work throws, itself; an error of the abort becomes its `cause`, where it is an Error without one, and is
   * logged. KafkaError as `beginTransaction` and `Transaction.commit`; INVALID_ARGUMENT
   */
  transact<T>(work: (transaction: Transaction<K, V>) => Promise<T>): Promise<T>
  /**
   * The partitions of a topic, with leaders and replicas. The array is a copy. It is a question, not a record: it waits
   * for metadata alone, and neither `flush` nor `close` waits for it.
   *
   * @throws KafkaError METADATA_TIMEOUT after `maxBlockMs`; INVALID_TOPIC_EXCEPTION, INVALID_ARGUMENT,
   * TOPIC_AUTHORIZATION_FAILED, PRODUCER_CLOSED
   */
  partitionsFor(topic: string): Promise<PartitionMetadata[]>
  /**
   * What the producer has done and what it holds, at this moment and without I/O. It costs some tens of microseconds, and more with many
   * topics and batches. With `senderThread: true` it is the same, without waiting for the thread.
   *
   * @param options - `queues: true` asks for what is in batches now, too, by partition
   * @returns an object of the caller's own. With `composeProducer`, and a runtime of its own without the meter of `nodeRuntime()`,
   * only figures of records, `buffer…` and `waiting…` are counted, and the others are 0 or absent. A mock producer counts its
   * records alone.
   * @throws KafkaError INVALID_ARGUMENT for wrong options
   */
  metrics(options?: MetricsOptions): ProducerMetrics
  /**
   * Whether the producer can deliver, at this moment and without I/O: for the readiness probe of a service. A lost connection
   * shows at once, also where nobody sends. It is not for a liveness probe: to start the process again brings no broker back.
   *
   * @returns an object of the caller's own. It needs the meter of `nodeRuntime()`, as `metrics` does: without it no
   * broker is ever connected. A mock producer is ready until it is closed.
   */
  status(): ProducerStatus
  /**
   * Flushes for `timeoutMs` at most (30 000 by default), fails the rest, and disconnects. Within that time it aborts a
   * transaction that is open, and waits for the end of a commit that is under way. It resolves after everything that
   * failed has been told of. A second call waits for the end of the first one, and shortens it if its own `timeoutMs` is
   * shorter.
   *
   * @throws KafkaError ILLEGAL_STATE inside a delivery callback (KIP-1118), and where a stage does not end within a second
   * of its own; INVALID_ARGUMENT
   */
  close(options?: CloseOptions): Promise<void>
}
