import type {
  KafkaError,
  PartitionMetadata,
  ProducerRecord,
  RecordMetadata,
} from '@sluice/protocol'

/** Sends records to Kafka. */
export interface Producer extends AsyncDisposable {
  /**
   * Connects now instead of with the first record, to fail early on a wrong address or credentials.
   * @throws KafkaError CONNECTION_FAILED when no bootstrap server serves, with the last failure as `cause`;
   * SASL_AUTHENTICATION_FAILED, UNSUPPORTED_SASL_MECHANISM and ILLEGAL_SASL_STATE as soon as one refuses;
   * ABORTED; PRODUCER_CLOSED.
   */
  connect(options?: AbortOptions): Promise<void>
  /**
   * Sends one record. Records of one caller and one partition keep their order, awaited or not.
   * Never throws synchronously. The fields of the record are read at the call; its bytes must not be changed
   * while it waits for metadata or room.
   * @throws KafkaError with `persisted` telling whether the record may be in the log. Before it was sent:
   * INVALID_ARGUMENT, INVALID_TOPIC_EXCEPTION, INVALID_PARTITION, PARTITIONER_FAILED, RECORD_TOO_LARGE,
   * METADATA_TIMEOUT and BUFFER_FULL (after `maxBlockMs`, or at once where too many wait), CODEC_FAILED,
   * SASL_AUTHENTICATION_FAILED, PRODUCER_CLOSED. After: DELIVERY_TIMEOUT, or the broker's own code, such as TOPIC_AUTHORIZATION_FAILED.
   * ABORTED by its signal.
   */
  send(record: ProducerRecord, options?: AbortOptions): Promise<RecordMetadata>
  /**
   * Sends many records with one promise. Nothing is sent when one of them is not valid.
   * @returns one metadata a record, in the order given
   * @throws KafkaError PARTIAL_FAILURE when some failed; `results` holds metadata or error of each, in the order given.
   */
  sendMany(records: readonly ProducerRecord[], options?: AbortOptions): Promise<RecordMetadata[]>
  /**
   * Takes a record without a promise. A failure that nobody listens to goes to `onDeliveryError`.
   * @returns false when the caller should wait for `drained()`; the record is taken all the same.
   * @throws KafkaError for mistakes of the program only: an invalid record, a closed producer.
   */
  enqueue<C = undefined>(
    record: ProducerRecord,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean
  /** Resolves when `enqueue` may go on. */
  drained(): Promise<void>
  /**
   * Resolves when all that was sent before has settled, whatever the result.
   * @throws KafkaError ILLEGAL_STATE inside a delivery callback (KIP-1118); ABORTED by its signal.
   */
  flush(options?: AbortOptions): Promise<void>
  /**
   * The topic's partitions.
   * @throws KafkaError METADATA_TIMEOUT after `maxBlockMs`; INVALID_TOPIC_EXCEPTION, INVALID_ARGUMENT,
   * TOPIC_AUTHORIZATION_FAILED, PRODUCER_CLOSED.
   */
  partitionsFor(topic: string): Promise<PartitionMetadata[]>
  /**
   * Flushes for `timeoutMs` at most (default 30 000), fails the rest, disconnects. Called again, it waits for the
   * same end, and hurries it where its `timeoutMs` is shorter.
   */
  close(options?: CloseOptions): Promise<void>
}

export interface AbortOptions {
  /** Takes a record out while it waits; one that was appended is sent all the same, and only the caller is let go (`persisted: 'possibly'`). */
  readonly signal?: AbortSignal
}

export interface CloseOptions {
  /** How long the records that are pending may take, in ms. 0 fails them at once, `Infinity` waits for the last.
   *  @defaultValue 30000 */
  readonly timeoutMs?: number
}

/** Called once, in the order of the partition. What it throws is logged. */
export type DeliveryCallback<C> = (
  error: KafkaError | null,
  metadata: RecordMetadata | null,
  context: C,
) => void
