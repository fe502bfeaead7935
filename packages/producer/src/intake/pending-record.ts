import type { Delivery, RecordToAppend, Settlement, TopicFront, Waiter } from '@sluice/accumulator'
import type { PartitionInput } from '@sluice/partitioner'
import { type FlatHeaders, KafkaError, type ProducerRecord } from '@sluice/protocol'
import { checkContents } from './check-record.js'

/** Where a slip goes. */
export interface SlipTopic {
  readonly name: string
  readonly front: TopicFront
  append(slip: Slip): boolean
}

/**
 * One record on its way into a batch. Each field of the caller's object is read once, so what that object
 * says later harms nobody. The intake fills the same slip again and again; a record that has to wait keeps its own.
 */
export class Slip implements PartitionInput, RecordToAppend, Waiter {
  record: ProducerRecord = noRecord
  topic!: SlipTopic
  givenKey: string | Uint8Array | null = null
  /** Only while a partition is chosen and the record appended. */
  keyBytes: Uint8Array | null = null
  value: string | Uint8Array | null = null
  headers: FlatHeaders | null = null
  timestamp = 0
  /** The partition that the record names. */
  named: number | undefined = undefined
  partition = 0
  delivery!: Delivery
  a: unknown = null
  b: unknown = null
  /** What it holds while it waits. */
  bytes = 0

  /** Bytes that the partitioner needed are not encoded a second time. */
  get key(): string | Uint8Array | null {
    return this.keyBytes ?? this.givenKey
  }

  /** @returns true when the record is done with, appended or refused; false when there is no room */
  append(): boolean {
    try {
      return this.topic.append(this)
    } catch (error) {
      this.fail(error instanceof KafkaError ? error : notAppended(error))
      return true
    }
  }

  resume(): boolean {
    try {
      checkContents(this)
    } catch (error) {
      this.fail(error as KafkaError)
      return true
    }
    return this.append()
  }

  /** Leaves the line, if it still stands there. */
  leave(): boolean {
    return this.topic.front.leave(this)
  }

  /** The record ends here, before it was in any batch. */
  fail(error: KafkaError): void {
    this.delivery.settle(new Refused(error), 0, this.a, this.b)
  }

  /** Holds on to nothing of a record that is done with. */
  clear(): void {
    this.record = noRecord
    this.givenKey = null
    this.value = null
    this.headers = null
    this.a = null
    this.b = null
  }
}

const noRecord: ProducerRecord = { topic: '', value: null }

/**
 * The end of one record that was in no batch. A class, not a literal: where many of a literal have lived for long, V8
 * allocates those that come later as old ones, and a full line refuses a million a second. They were 100 MiB of garbage.
 */
class Refused implements Settlement {
  readonly error: KafkaError

  constructor(error: KafkaError) {
    this.error = error
  }

  metadata(): never {
    throw new KafkaError('ILLEGAL_STATE', 'a refused record has no metadata')
  }
}

function notAppended(cause: unknown): KafkaError {
  return new KafkaError('ILLEGAL_STATE', 'the record could not be appended', {
    cause,
    persisted: 'no',
  })
}
