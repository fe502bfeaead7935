import {
  AcknowledgedRecord,
  type ErrorDescription,
  type KafkaError,
  type RecordMetadata,
  restoreError,
} from '@sluice/protocol'
import type { Settlement } from '../../delivery.js'
import type { SettledMessage } from '../../messages.js'
import type { FrontBatch } from './front-batch.js'

/** The end of a batch, or of the part of it that begins with record `first`. */
class BatchSettlement implements Settlement {
  readonly error: KafkaError | null
  readonly #batch: FrontBatch
  readonly #first: number
  readonly #baseOffset: bigint
  readonly #logAppendTime: number
  /** The record after the last one that was asked for, and its offset. */
  #nextIndex = -1
  #nextOffset = 0n

  constructor(
    batch: FrontBatch,
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
    const { partition, deliveries } = this.#batch
    const offset = this.#baseOffset < 0n ? this.#baseOffset : this.#offset(index)
    const timestamp = this.#logAppendTime >= 0 ? this.#logAppendTime : deliveries.timestamp(index)
    return new AcknowledgedRecord(partition.topic, partition.index, offset, timestamp)
  }

  /** Records are settled one after the other: to add one costs half as much as to make a bigint of the index. */
  #offset(index: number): bigint {
    const offset =
      index === this.#nextIndex ? this.#nextOffset : this.#baseOffset + BigInt(index - this.#first)
    this.#nextIndex = index + 1
    this.#nextOffset = offset + 1n
    return offset
  }
}

/**
 * The end that the queue has told of. `known`: the errors that were restored before. Many records of a batch may share one,
 * and errors of single records share their cause: each is made once.
 */
export function settlementOf(
  batch: FrontBatch,
  message: SettledMessage,
  known: WeakMap<ErrorDescription, KafkaError>,
): Settlement {
  const { first, failure, baseOffset, logAppendTime } = message
  const error = failure === null ? null : restoreError(failure, known)
  return new BatchSettlement(batch, first, error, baseOffset, logAppendTime)
}

/** The end of a batch that fails before it is sealed: nothing of it was sent. */
export function failureOf(batch: FrontBatch, error: KafkaError): Settlement {
  return new BatchSettlement(batch, 0, error, -1n, -1)
}
