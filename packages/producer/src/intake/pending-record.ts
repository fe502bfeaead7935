import type { Delivery, RecordToAppend, Settlement, TopicFront, Waiter } from '@sluice/accumulator'
import type { PartitionInput } from '@sluice/partitioner'
import { type FlatHeaders, KafkaError, type ProducerRecord } from '@sluice/protocol'
import { checkContents } from './check-record.js'

/** The topic that a pending record goes to. */
export interface TargetTopic {
  readonly name: string
  readonly front: TopicFront
  append(pending: PendingRecord): boolean
}

/**
 * One record on its way into a batch. Each field of the caller's object is read once, so later changes of that object do
 * no harm. The intake fills the same pending record again and again; a record that has to wait keeps its own.
 */
export class PendingRecord implements RecordToAppend, Waiter {
  /** What a partitioner is given of the record. */
  readonly input: PartitionInput = new RecordInput(this)
  record: ProducerRecord = noRecord
  topic!: TargetTopic
  givenKey: string | Uint8Array | null = null
  /** Set only while a partition is chosen and the record appended. */
  keyBytes: Uint8Array | null = null
  value: string | Uint8Array | null = null
  headers: FlatHeaders | null = null
  timestamp = 0
  /** The partition that the record names. */
  givenPartition: number | undefined = undefined
  partition = 0
  delivery!: Delivery
  a: unknown = null
  b: unknown = null
  /** How many bytes the record holds while it waits. */
  bytes = 0
  /** In its turn the record runs code of the user, which may abort it while it is being appended. */
  #turn: 'none' | 'runs' | 'left' = 'none'

  /** The key as the partitioner got it, if it did, so that it is not encoded a second time. */
  get key(): string | Uint8Array | null {
    return this.keyBytes ?? this.givenKey
  }

  /** @returns true when the record is appended or has failed; false when there is no room */
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
    this.#turn = 'runs'
    const appended = this.append()
    return this.#endTurn() || appended
  }

  /** Leaves the line. @returns whether the record was still in it, and so is surely in no batch */
  leave(): boolean {
    if (this.#turn === 'none') return this.topic.front.leave(this)
    this.#turn = 'left'
    return false
  }

  /** @returns whether the record was to leave in its turn */
  #endTurn(): boolean {
    const hasLeft = this.#turn === 'left'
    this.#turn = 'none'
    return hasLeft
  }

  /** The record ends here, before it was in any batch. */
  fail(error: KafkaError): void {
    this.delivery.settle(new NeverAppended(error), 0, this.a, this.b)
  }

  /** Lets go of the caller's objects. */
  clear(): void {
    this.record = noRecord
    this.givenKey = null
    this.value = null
    this.headers = null
    this.a = null
    this.b = null
  }
}

/** Lets a partitioner read. Whatever it does to this object, such as freezing it, the pending record serves the next record. */
class RecordInput implements PartitionInput {
  readonly #pending: PendingRecord

  constructor(pending: PendingRecord) {
    this.#pending = pending
    Object.freeze(this)
  }

  get keyBytes(): Uint8Array | null {
    return this.#pending.keyBytes
  }

  get record(): ProducerRecord {
    return this.#pending.record
  }
}

const noRecord: ProducerRecord = { topic: '', value: null }

/**
 * The end of one record that was in no batch. A class, not a literal: where many objects of a literal have lived for long,
 * V8 allocates later ones as old objects, and a full line refuses a million a second. They were 100 MiB of garbage.
 */
class NeverAppended implements Settlement {
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
