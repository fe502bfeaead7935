import type { Accumulator } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import type { Partitioner } from '@sluice/partitioner'
import type { KafkaError } from '@sluice/protocol'
import type { Sender } from '@sluice/sender'
import type { Logger, ProducerRuntime } from './runtime.js'

/** The stages of the pipeline, each of which can be another than the default. */
export interface ProducerStages {
  readonly partitioner: Partitioner
  readonly accumulator: Accumulator
  readonly sender: Sender
  readonly network: NetworkClient
}

/** What the join itself needs to know. Nothing has a default here: give what the stages were given. */
export interface ComposeOptions {
  /** A larger record is refused with RECORD_TOO_LARGE. The sender's. */
  readonly maxRequestBytes: number
  /** The one that the stages have: `nodeRuntime(logger)`, or a test's clock. */
  readonly runtime: ProducerRuntime
  /** Hears of failed records that nobody else hears of.
   *  @defaultValue none: one process warning a minute */
  readonly logger?: Logger
  /** Hears of failed records that have neither a promise nor a callback. */
  readonly onDeliveryError?: (error: KafkaError) => void
}
