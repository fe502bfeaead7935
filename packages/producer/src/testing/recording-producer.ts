import type { KafkaError, ProducerRecord } from '@sluice/protocol'
import { PipelineProducer } from '../pipeline-producer.js'
import type { ComposeOptions, ProducerStages } from '../stages.js'
import type { MockProducer } from './mock-producer.js'
import type { SentRecords } from './sent-records.js'

/** The real join of a producer, with what a test may see and do. */
export class RecordingProducer extends PipelineProducer implements MockProducer {
  readonly #records: SentRecords

  constructor(records: SentRecords, stages: ProducerStages, options: ComposeOptions) {
    super(stages, options)
    this.#records = records
  }

  get sent(): readonly ProducerRecord[] {
    return this.#records.all.map(({ record }) => record)
  }

  get pending(): readonly ProducerRecord[] {
    return this.#records.pending.map(({ record }) => record)
  }

  completeNext(): boolean {
    return this.#records.settle(this.#records.pending[0], null)
  }

  failNext(error: KafkaError): boolean {
    return this.#records.settle(this.#records.pending[0], error)
  }

  complete(sent: ProducerRecord): boolean {
    return this.#records.settle(this.#records.of(sent), null)
  }

  fail(sent: ProducerRecord, error: KafkaError): boolean {
    return this.#records.settle(this.#records.of(sent), error)
  }

  clear(): void {
    this.#records.clear()
  }
}
