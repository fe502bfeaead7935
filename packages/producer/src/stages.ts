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

/** What the join itself needs to know. */
export interface ComposeOptions {
  readonly batchBytes: number
  readonly maxRequestBytes: number
  readonly runtime: ProducerRuntime
  readonly logger?: Logger
  /** Hears of failed records that have neither a promise nor a callback. */
  readonly onDeliveryError?: (error: KafkaError) => void
}
