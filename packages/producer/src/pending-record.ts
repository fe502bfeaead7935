import type { Delivery, Waiter } from '@sluice/accumulator'
import type { FlatHeaders, KafkaError, ProducerRecord } from '@sluice/protocol'
import type { Intake } from './intake.js'
import type { TopicIntake } from './topic-intake.js'

/** A record that waits for metadata or room. Its partition is chosen when its turn comes. */
export class PendingRecord implements Waiter {
  readonly bytes: number
  readonly #intake: Intake
  readonly #topic: TopicIntake
  readonly #record: ProducerRecord
  readonly #headers: FlatHeaders | null
  readonly #timestamp: number
  readonly #delivery: Delivery
  readonly #a: unknown
  readonly #b: unknown

  constructor(
    intake: Intake,
    topic: TopicIntake,
    bytes: number,
    record: ProducerRecord,
    headers: FlatHeaders | null,
    timestamp: number,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ) {
    this.#intake = intake
    this.#topic = topic
    this.bytes = bytes
    this.#record = record
    this.#headers = headers
    this.#timestamp = timestamp
    this.#delivery = delivery
    this.#a = a
    this.#b = b
  }

  resume(): boolean {
    return this.#intake.append(
      this.#topic,
      this.#record,
      this.#headers,
      this.#timestamp,
      this.#delivery,
      this.#a,
      this.#b,
    )
  }

  fail(error: KafkaError): void {
    this.#intake.refuse(error, this.#delivery, this.#a, this.#b)
  }
}
