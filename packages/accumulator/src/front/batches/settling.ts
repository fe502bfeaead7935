import { type KafkaError, type RecordMetadata, restoreError } from '@sluice/protocol'
import type { Settlement } from '../../delivery.js'
import type { SettledMessage } from '../../messages.js'
import type { OpenBatch } from './open-batch.js'

/** Own, enumerable fields, as users log and compare them; JSON has no bigint, so `toJSON` gives the offset as text. */
class AcknowledgedRecord implements RecordMetadata {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly timestamp: number

  constructor(topic: string, partition: number, offset: bigint, timestamp: number) {
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.timestamp = timestamp
  }

  toJSON(): Omit<RecordMetadata, 'offset'> & { offset: string } {
    return {
      topic: this.topic,
      partition: this.partition,
      offset: String(this.offset),
      timestamp: this.timestamp,
    }
  }
}

class PartSettlement implements Settlement {
  readonly error: KafkaError | null
  readonly #batch: OpenBatch
  readonly #first: number
  readonly #baseOffset: bigint
  readonly #logAppendTime: number

  constructor(
    batch: OpenBatch,
    first: number,
    error: KafkaError | null,
    baseOffset: bigint,
    logAppendTime: number,
  ) {
    this.error = error
    this.#batch = batch
    this.#first = first
    this.#baseOffset = baseOffset
    this.#logAppendTime = logAppendTime
  }

  metadata(index: number): RecordMetadata {
    const { slot, deliveries } = this.#batch
    const base = this.#baseOffset
    const offset = base < 0n ? base : base + BigInt(index - this.#first)
    const timestamp = this.#logAppendTime >= 0 ? this.#logAppendTime : deliveries.timestamp(index)
    return new AcknowledgedRecord(slot.topic, slot.partition, offset, timestamp)
  }
}

/** What the queue's word on a batch, or on a part of it, means for its records. */
export function settlementOf(batch: OpenBatch, message: SettledMessage): Settlement {
  const { first, failure, baseOffset, logAppendTime } = message
  const error = failure === null ? null : restoreError(failure)
  return new PartSettlement(batch, first, error, baseOffset, logAppendTime)
}

/** A batch that fails before the queue has seen it: nothing of it was sent. */
export function failureOf(batch: OpenBatch, error: KafkaError): Settlement {
  return new PartSettlement(batch, 0, error, -1n, -1)
}
