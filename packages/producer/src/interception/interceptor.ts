import type { HeaderValue, KafkaError, ProducerRecord, RecordMetadata } from '@sluice/protocol'

/** A record as interceptors see it: a frozen copy of the caller's object, whose headers are always a list of pairs. Bytes are not
 * copied: do not write to them. */
export interface InterceptedRecord extends ProducerRecord<unknown, unknown> {
  readonly headers: readonly (readonly [string, HeaderValue])[]
}

/** How a record has ended. */
export interface RecordAcknowledgement {
  /** The topic's name. Empty where the record had none that could be read. */
  readonly topic: string
  /** The number of the partition. −1 where none was chosen, or where the failure does not tell which one was. */
  readonly partition: number
  /** The headers of the record as it was sent, with what interceptors have added (KIP-512). */
  readonly headers: InterceptedRecord['headers']
  /** Where the record is in the log; null when it has failed. */
  readonly metadata: RecordMetadata | null
  /** Why the record has failed; null when it was acknowledged. */
  readonly error: KafkaError | null
}

/** Every method of an interceptor. */
export const interceptorMethods = [
  'onSend',
  'onAcknowledgement',
] as const satisfies readonly (keyof ProducerInterceptor)[]

/**
 * Sees each record twice: before it is sent, and when its end is known (KIP-42, Kafka's `ProducerInterceptor`). Both methods
 * may be left out, and neither can break a send: what is thrown is logged, once for each interceptor and method.
 *
 * An interceptor that must know in the second method what it did in the first one, such as which span it has started, keeps it
 * in `state`: an object that belongs to one record and one interceptor, and is empty at first.
 */
export interface ProducerInterceptor<State extends object = object> {
  /**
   * Called within the call that sends, in the `AsyncLocalStorage` context of the caller, before anything else is done with the
   * record. Interceptors are called in the order in which they were given, and each gets what the one before gave. A record
   * of which nothing can be read is not shown.
   *
   * @param record - cannot be changed
   * @param state - of this record, for `onAcknowledgement`
   * @returns the record to send: this one, or another. Where it throws, or gives a promise or anything that is no valid record,
   * the record is sent as it was.
   */
  onSend?(record: InterceptedRecord, state: Partial<State>): ProducerRecord<unknown, unknown>
  /**
   * Called once for each record, acknowledged or failed, whatever it failed of, before its caller hears of it, in the
   * `AsyncLocalStorage` context of the caller. In the order of the interceptors.
   *
   * @param state - as `onSend` has left it
   */
  onAcknowledgement?(acknowledgement: RecordAcknowledgement, state: Partial<State>): void
}
