import type { Delivery, Placer, WaitingRecord } from '@sluice/accumulator'
import { KafkaError, type RecordContent } from '@sluice/protocol'
import { checkContents } from '../intake/check-record.js'
import { type Intake, mustWait, neverInBatch } from '../intake/intake.js'
import { PendingRecord, type TargetTopic } from '../intake/pending-record.js'
import type { UnsettledContents } from '../intake/unsettled-contents.js'

/** A record that keeps its place in the line of its topic until its serializers have answered. */
export class UnsettledRecord implements Placer {
  readonly #intake: Intake
  readonly #topic: TargetTopic
  readonly #delivery: Delivery
  readonly #a: unknown
  readonly #b: unknown

  constructor(intake: Intake, topic: TargetTopic, delivery: Delivery, a: unknown, b: unknown) {
    this.#intake = intake
    this.#topic = topic
    this.#delivery = delivery
    this.#a = a
    this.#b = b
  }

  /** @returns as `Intake.take` does */
  wait(pending: PendingRecord, unsettled: UnsettledContents): number {
    const { front } = this.#topic
    pending.partition = pending.givenPartition ?? -1
    const ticket = front.reserve!(pending, this.#delivery, this.#a, this.#b, this)
    if (ticket < 0) return neverInBatch
    unsettled.settled().then(
      ([key, value]) => this.#complete(ticket, key, value),
      (error: KafkaError) => this.#fail(ticket, error),
    )
    return ticket
  }

  /** Its size is known only now. */
  place(waited: WaitingRecord): boolean {
    const pending = PendingRecord.waited(this.#topic, waited)
    return this.#intake.place(pending, waited.delivery, waited.a, waited.b) !== mustWait
  }

  #complete(
    ticket: number,
    key: RecordContent | undefined,
    value: RecordContent | undefined,
  ): void {
    try {
      const contents = { givenKey: key ?? null, value: value ?? null, headers: null }
      checkContents(contents)
      this.#topic.front.complete!(
        ticket,
        key === undefined ? undefined : contents.givenKey,
        value === undefined ? undefined : contents.value,
      )
    } catch (thrown) {
      this.#fail(ticket, thrown instanceof KafkaError ? thrown : notCompleted(thrown))
    }
  }

  /** A record that has left the line has heard of its end. */
  #fail(ticket: number, error: KafkaError): void {
    if (!this.#topic.front.leave(ticket)) return
    const pending = new PendingRecord()
    pending.delivery = this.#delivery
    pending.a = this.#a
    pending.b = this.#b
    pending.fail(error)
  }
}

function notCompleted(cause: unknown): KafkaError {
  const detail = 'the record could not be completed with what its serializer gave'
  return new KafkaError('ILLEGAL_STATE', detail, { cause, persisted: 'no' })
}
