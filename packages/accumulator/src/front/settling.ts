import { type KafkaError, type RecordMetadata, restoreError } from '@sluice/protocol'
import type { Settlement } from '../delivery.js'
import type { SettledMessage } from '../messages.js'
import type { AccumulatorRuntime } from '../runtime.js'
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

class BatchSettlement implements Settlement {
  readonly error: KafkaError | null
  readonly #batch: OpenBatch
  readonly #baseOffset: bigint
  readonly #logAppendTime: number

  constructor(
    batch: OpenBatch,
    error: KafkaError | null,
    baseOffset: bigint,
    logAppendTime: number,
  ) {
    this.error = error
    this.#batch = batch
    this.#baseOffset = baseOffset
    this.#logAppendTime = logAppendTime
  }

  metadata(index: number): RecordMetadata {
    const { slot, timestamps } = this.#batch
    const offset = this.#baseOffset < 0n ? this.#baseOffset : this.#baseOffset + BigInt(index)
    const timestamp = this.#logAppendTime >= 0 ? this.#logAppendTime : (timestamps[index] ?? -1)
    return new AcknowledgedRecord(slot.topic, slot.partition, offset, timestamp)
  }
}

/** What the queue's word on a batch means for its records. */
export function settlementOf(batch: OpenBatch, message: SettledMessage): Settlement {
  const error = message.failure === null ? null : restoreError(message.failure)
  return new BatchSettlement(batch, error, message.baseOffset, message.logAppendTime)
}

/** A batch that fails before the queue has seen it: nothing of it was sent. */
export function failureOf(batch: OpenBatch, error: KafkaError): Settlement {
  return new BatchSettlement(batch, error, -1n, -1)
}

/** Tells every record of the batch, in order, in one pass. */
export function deliver(
  batch: OpenBatch,
  settlement: Settlement,
  logger: AccumulatorRuntime['logger'],
): void {
  const { deliveries, as, bs } = batch
  for (let index = 0; index < deliveries.length; index++) {
    try {
      deliveries[index]!.settle(settlement, index, as[index], bs[index])
    } catch (thrown) {
      logger.error(`A delivery callback of topic ${batch.slot.topic} threw: ${String(thrown)}`)
    }
  }
}
