import type { Delivery, Waiter } from '@sluice/accumulator'
import type { FlatHeaders, KafkaError, ProducerRecord } from '@sluice/protocol'
import type { TopicIntake } from './topic-intake.js'

/** Where a waiting record goes when its turn or its end has come. */
export interface PendingEnd {
  append(
    topic: TopicIntake,
    record: ProducerRecord,
    headers: FlatHeaders | null,
    timestamp: number,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): boolean
  refuse(error: KafkaError, delivery: Delivery, a: unknown, b: unknown): void
}

/** A record that waits for metadata or room. Its partition is chosen when its turn comes. */
export class PendingRecord implements Waiter {
  readonly bytes: number
  readonly #intake: PendingEnd
  readonly #topic: TopicIntake
  readonly #record: ProducerRecord
  readonly #headers: FlatHeaders | null
  readonly #timestamp: number
  readonly #delivery: Delivery
  readonly #a: unknown
  readonly #b: unknown

  constructor(
    intake: PendingEnd,
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
