import type { Delivery } from '@sluice/accumulator'
import { type FlatHeaders, type HeaderValue, KafkaError } from '@sluice/protocol'
import { checkContents } from '../intake/check-record.js'
import type { GivenRecord } from '../intake/given-record.js'
import { Intake, type IntakeDeps } from '../intake/intake.js'
import type { PendingRecord } from '../intake/pending-record.js'
import { type Made, UnsettledContents } from '../intake/unsettled-contents.js'
import { LateColumns } from './late-columns.js'
import { type Field, serialize, type Surroundings } from './serialize.js'
import type { Serializer } from './serializer.js'
import { UnsettledRecord } from './unsettled-record.js'

/** The serializers of a producer; null where there is none. */
export interface Serializers {
  readonly key: Serializer<unknown> | null
  readonly value: Serializer<unknown> | null
}

/** The intake of a producer with serializers. A producer without any has none of this on the way of a record. */
export class SerializingIntake extends Intake {
  readonly #key: Serializer<unknown> | null
  readonly #value: Serializer<unknown> | null

  constructor(deps: IntakeDeps, { key, value }: Serializers) {
    super(deps)
    this.#key = key?.forKeys?.() ?? key
    this.#value = value
  }

  /** @throws KafkaError as `Intake.check`, and SERIALIZATION_FAILED */
  override check(record: GivenRecord): PendingRecord {
    const pending = this.borrow()
    try {
      pending.topic = this.topic(this.readFields(pending, record))
      this.#serialize(pending)
      checkContents(pending)
      return pending
    } catch (error) {
      throw this.checkFailure(error)
    }
  }

  override take(pending: PendingRecord, delivery: Delivery, a: unknown, b: unknown): number {
    const { unsettled } = pending
    if (unsettled === null) return super.take(pending, delivery, a, b)
    const record = new UnsettledRecord(this, pending.topic, delivery, a, b)
    const ticket = record.wait(pending, unsettled)
    this.giveBack(pending)
    return ticket
  }

  override columns(count: number): LateColumns {
    return new LateColumns(count)
  }

  /** Puts what serializers give in the place of key and value, and null in the place of what they promise. */
  #serialize(pending: PendingRecord): void {
    const { givenKey, value: givenValue, headers, topic } = pending
    const around = { topic: topic.name, headers: pairsOf(headers) }
    const key = made('key', this.#key, givenKey, around)
    const value = made('value', this.#value, givenValue, around)
    if (key !== undefined) pending.givenKey = key instanceof Promise ? null : key
    if (value !== undefined) pending.value = value instanceof Promise ? null : value
    if (!(key instanceof Promise) && !(value instanceof Promise)) return
    if (topic.front.reserve === undefined) throw cannotWait(topic.name)
    pending.unsettled = new UnsettledContents(key, value)
  }
}

/** Null is never given to a serializer. */
function made(
  field: Field,
  serializer: Serializer<unknown> | null,
  given: unknown,
  around: Surroundings,
): Made {
  return serializer === null || given === null
    ? undefined
    : serialize(field, serializer, given, around)
}

const none: Surroundings['headers'] = []

function pairsOf(flat: FlatHeaders | null): Surroundings['headers'] {
  if (flat === null) return none
  const pairs: (readonly [string, HeaderValue])[] = []
  for (let at = 0; at < flat.length; at += 2) pairs.push([flat[at] as string, flat[at + 1]!])
  return pairs
}

function cannotWait(topic: string): KafkaError {
  const detail = `a serializer gave a promise for topic ${topic}, and this accumulator has no reserve() and complete() of TopicFront; give a serializer that answers at once`
  return new KafkaError('SERIALIZATION_FAILED', detail, { topic, persisted: 'no' })
}
