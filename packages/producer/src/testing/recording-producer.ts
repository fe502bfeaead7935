import type { KafkaError, ProducerRecord } from '@sluice/protocol'
import { PipelineProducer } from '../pipeline-producer.js'
import type { ComposeOptions, ProducerStages } from '../stages.js'
import type { MockProducer } from './mock-producer.js'
import type { Sends } from './sent-records.js'

/** The real join, and what a test may see and do. */
export class RecordingProducer extends PipelineProducer implements MockProducer {
  readonly #sends: Sends

  constructor(sends: Sends, stages: ProducerStages, options: ComposeOptions) {
    super(stages, options)
    this.#sends = sends
  }

  get sent(): readonly ProducerRecord[] {
    return this.#sends.all.map(({ record }) => record)
  }

  get pending(): readonly ProducerRecord[] {
    return this.#sends.pending.map(({ record }) => record)
  }

  completeNext(): boolean {
    return this.#sends.settle(this.#sends.pending[0], null)
  }

  failNext(error: KafkaError): boolean {
    return this.#sends.settle(this.#sends.pending[0], error)
  }

  complete(sent: ProducerRecord): boolean {
    return this.#sends.settle(this.#sends.of(sent), null)
  }

  fail(sent: ProducerRecord, error: KafkaError): boolean {
    return this.#sends.settle(this.#sends.of(sent), error)
  }

  clear(): void {
    this.#sends.clear()
  }
}
