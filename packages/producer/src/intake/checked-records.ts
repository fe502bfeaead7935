import type { FlatHeaders, ProducerRecord, RecordContent } from '@sluice/protocol'
import type { PendingRecord, TargetTopic } from './pending-record.js'

/**
 * The records of one `sendMany`, each field as it was read and checked. Bytes are the caller's own. In columns, for an
 * object for each record would hold more memory than many a record.
 */
export class CheckedRecords {
  readonly count: number
  readonly #topics: TargetTopic[]
  readonly #given: (ProducerRecord | null)[]
  readonly #keys: (string | Uint8Array | null)[]
  readonly #values: (string | Uint8Array | null)[]
  readonly #headers: (FlatHeaders | null)[]
  readonly #timestamps: number[]
  readonly #partitions: (number | undefined)[]

  constructor(count: number) {
    this.count = count
    this.#topics = new Array<TargetTopic>(count)
    this.#given = new Array<ProducerRecord | null>(count)
    this.#keys = new Array<string | Uint8Array | null>(count)
    this.#values = new Array<string | Uint8Array | null>(count)
    this.#headers = new Array<FlatHeaders | null>(count)
    this.#timestamps = new Array<number>(count)
    this.#partitions = new Array<number | undefined>(count)
  }

  /** Whether serializers have not answered yet for some of the records. */
  get isLate(): boolean {
    return false
  }

  /** Resolves once they have. @throws KafkaError SERIALIZATION_FAILED of the first that failed */
  settled(): Promise<void> {
    return Promise.resolve()
  }

  topicOf(at: number): TargetTopic {
    return this.#topics[at]!
  }

  set(at: number, record: PendingRecord): void {
    this.#topics[at] = record.topic
    this.#given[at] = record.given
    this.#keys[at] = record.givenKey
    this.#values[at] = record.value
    this.#headers[at] = record.headers
    this.#timestamps[at] = record.timestamp
    this.#partitions[at] = record.givenPartition
  }

  /** What serializers have promised is there; undefined stands for what was there before. */
  complete(at: number, key: RecordContent | undefined, value: RecordContent | undefined): void {
    if (key !== undefined) this.#keys[at] = key
    if (value !== undefined) this.#values[at] = value
  }

  /** The record is taken later: by then the caller's object may be another record. */
  defer(at: number): void {
    this.#given[at] = null
  }

  read(at: number, record: PendingRecord): void {
    record.topic = this.#topics[at]!
    record.given = this.#given[at]!
    record.givenKey = this.#keys[at]!
    record.value = this.#values[at]!
    record.headers = this.#headers[at]!
    record.timestamp = this.#timestamps[at]!
    record.givenPartition = this.#partitions[at]
  }

  /** The record is taken: it need not live as long as the others. */
  forget(at: number): void {
    this.#given[at] = null
    this.#keys[at] = null
    this.#values[at] = null
    this.#headers[at] = null
  }
}
