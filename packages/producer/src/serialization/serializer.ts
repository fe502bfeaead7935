import type { HeaderValue, RecordContent } from '@sluice/protocol'

/** Makes the keys or the values of records into what is written (Kafka's `Serializer`). */
export interface Serializer<T> {
  /**
   * Called once for each record, within the call that sends it, but never for null: that is a tombstone, or no key. A serializer
   * that has all it needs gives the result itself. One that must wait, such as for a schema registry, gives a promise: then
   * records of the topic that are sent later stay behind this one, for at most `maxBlockMs`. Where it throws, rejects or gives
   * something else, the record fails with SERIALIZATION_FAILED. Neither message nor cause should hold contents of the record.
   *
   * @param topic - the name of the topic, which is a legal one
   * @param data - what the record has. It must not be kept or changed beyond the result: it is the caller's.
   * @param headers - of the record, in order; empty without any
   * @returns text (written as UTF-8), bytes that belong to the producer from now on, or null for a tombstone or no key
   */
  serialize(
    topic: string,
    data: T,
    headers: readonly (readonly [string, HeaderValue])[],
  ): RecordContent | PromiseLike<RecordContent>
  /**
   * Gives the serializer that takes the place of this one as `keySerializer` (Kafka's `isKey`). It is asked once for each producer.
   * Left out where keys are made as values are.
   */
  forKeys?(): Serializer<T>
}
