import { KafkaError, type RecordMetadata } from '@sluice/protocol'
import type { DeliveryCallback } from '../delivery/delivery-callback.js'
import type { GivenRecord } from '../intake/given-record.js'
import type { InterceptedRecord, RecordAcknowledgement } from './interceptor.js'

/** What `Interceptors` does when the end of a record is known. */
export interface AcknowledgementListener {
  tell(acknowledgement: RecordAcknowledgement, states: readonly object[]): void
}

/** One record between `onSend` and `onAcknowledgement`. It keeps what interceptors are told, and lets go of key and value. */
export class Interception {
  /** Of `enqueue`; undefined without one. */
  callback: DeliveryCallback<unknown> | undefined = undefined
  context: unknown = undefined
  readonly #listener: AcknowledgementListener
  readonly #states: readonly object[]
  readonly #topic: string
  readonly #partition: number
  readonly #headers: InterceptedRecord['headers']
  #record: GivenRecord | null

  /**
   * @param record - what is sent
   * @param told - what interceptors are told of it
   */
  constructor(
    listener: AcknowledgementListener,
    record: GivenRecord,
    { topic, partition = -1, headers }: Pick<InterceptedRecord, 'topic' | 'partition' | 'headers'>,
    states: readonly object[],
  ) {
    this.#listener = listener
    this.#states = states
    this.#topic = typeof topic === 'string' ? topic : ''
    this.#partition = partition
    this.#headers = headers
    this.#record = record
  }

  /** What to send. It is asked for once. */
  takeRecord(): GivenRecord {
    const record = this.#record
    this.#record = null
    return record!
  }

  acknowledged(metadata: RecordMetadata): void {
    this.#tell(metadata.partition, metadata, null)
  }

  /** @param thrown - what the caller is about to hear */
  failed(thrown: unknown): void {
    const error = thrown instanceof KafkaError ? thrown : unexpected(thrown)
    this.#tell(error.partition ?? this.#partition, null, error)
  }

  #tell(partition: number, metadata: RecordMetadata | null, error: KafkaError | null): void {
    const [topic, headers] = [this.#topic, this.#headers]
    this.#listener.tell({ topic, partition, headers, metadata, error }, this.#states)
  }
}

function unexpected(cause: unknown): KafkaError {
  return new KafkaError('ILLEGAL_STATE', 'the record could not be sent', { cause })
}
