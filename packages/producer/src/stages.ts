import type { AccumulatorFront } from '@sluice/accumulator'
import type { Partitioner } from '@sluice/partitioner'
import type { KafkaError, RecordContent } from '@sluice/protocol'
import type { ProducerInterceptor } from './interception/interceptor.js'
import type { Logger, ProducerRuntime } from './runtime.js'
import type { SendingHalf } from './sending-half/sending-half.js'
import type { Serializer } from './serialization/serializer.js'

/** The parts that `composeProducer` joins, each of which can be another than the default. */
export interface ProducerStages {
  /** Chooses the partition of records that name none. */
  readonly partitioner: Partitioner
  /** Gathers records into batches. Its messages to the queue must go to `sendingHalf.receive`. */
  readonly front: AccumulatorFront
  /** Brings the batches to the brokers. The producer starts and closes it. */
  readonly sendingHalf: SendingHalf
}

/** What the join itself needs to know. There are no defaults here: give what the stages were given. */
export interface ComposeOptions<K = RecordContent, V = RecordContent> {
  /** A record that is larger before it is compressed is refused with RECORD_TOO_LARGE. Give the value that the sender has. */
  readonly maxRequestBytes: number
  /** How long `connect`, `beginTransaction` and the calls of a transaction may wait, in ms. Give the value that the accumulator has.
   *  @defaultValue 60000 */
  readonly maxBlockMs?: number
  /** How many bytes may wait in a stream of `writable()` that is written to although the producer has no room. Give the value
   *  that the accumulator has.
   *  @defaultValue 33554432 */
  readonly bufferBytes?: number
  /** The runtime that the stages have: `nodeRuntime(logger)`, or a test's clock. */
  readonly runtime: ProducerRuntime
  /** Whether the cluster is told how the producer does, where it asks for it (KIP-714).
   *  @defaultValue true */
  readonly telemetry?: boolean
  /** What the cluster is told of this client besides, such as `{ transactional_id: 'a' }`.
   *  @defaultValue nothing */
  readonly telemetryLabels?: Readonly<Record<string, string>>
  /** See each record before it is sent, and its end.
   *  @defaultValue none */
  readonly interceptors?: readonly ProducerInterceptor[]
  /** Makes keys into what is written.
   *  @defaultValue none: keys are text or bytes */
  readonly keySerializer?: Serializer<K>
  /** Makes values into what is written.
   *  @defaultValue none: values are text or bytes */
  readonly valueSerializer?: Serializer<V>
  /** Is told how many records have failed that have neither a promise nor a callback, in one line a minute, where there is no
   *  `onDeliveryError`.
   *  @defaultValue none: process warnings */
  readonly logger?: Logger
  /** Takes the errors of failed records that have neither a promise nor a callback.
   *  @defaultValue `logger`, which is told how many there are */
  readonly onDeliveryError?: (error: KafkaError) => void
}
