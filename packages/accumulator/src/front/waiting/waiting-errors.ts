import { KafkaError, printable, reasonOf } from '@sluice/protocol'
import type { LinkedList } from '../lists/linked-list.js'
import type { WaitingGroup, WaitingTopic } from './waiting-group.js'

/** What a record has waited for: its own key or value, metadata, memory, or memory for a partition that is held back. */
export type Missing = 'contents' | 'metadata' | 'memory' | 'share'

/** @param parked - the groups of which all records are parked */
export function missingOf(
  { inLine, topic, whole }: WaitingGroup,
  parked: LinkedList<WaitingGroup>,
): Missing {
  if (!whole) return 'contents'
  if (inLine?.list === topic.forMetadata) return 'metadata'
  return inLine?.list === parked ? 'share' : 'memory'
}

/**
 * The errors of the waiting line. An error is shared by all waiters that fail for the same reason at the same time: a
 * loop of a million refused sends must not cost a million errors.
 */
export class WaitingErrors {
  readonly #limit: number
  readonly #maxBlockMs: number
  #full: KafkaError | null = null
  #fullOfStuck: KafkaError | null = null
  #timeout: {
    readonly topic: WaitingTopic
    readonly missing: Missing
    readonly error: KafkaError
  } | null = null

  constructor(limit: number, maxBlockMs: number) {
    this.#limit = limit
    this.#maxBlockMs = maxBlockMs
  }

  /** The line was full until now. */
  left(): void {
    this.#full = null
    this.#fullOfStuck = null
  }

  /** A waiter that joins later does not share the error of a timeout before. */
  joined(): void {
    this.#timeout = null
  }

  /** The line is full. */
  full(records: number, heldBytes: number): KafkaError {
    return (this.#full ??= new KafkaError(
      'BUFFER_FULL',
      `${records} records wait for room already and hold ${heldBytes} of ${this.#limit} bytes; await send() or drained() before you send more, or raise bufferBytes`,
      { persisted: 'no' },
    ))
  }

  /** The wait was longer than `maxBlockMs`. */
  timeout(topic: WaitingTopic, missing: Missing): KafkaError {
    const last = this.#timeout
    if (last?.topic === topic && last.missing === missing) return last.error
    const error = this.#timeoutOf(topic, missing)
    this.#timeout = { topic, missing, error }
    return error
  }

  /** Records of stuck partitions wait, and hold as much as they may. */
  fullOfStuck(heldBytes: number): KafkaError {
    return (this.#fullOfStuck ??= new KafkaError(
      'BUFFER_FULL',
      `records of partitions that do not answer wait for room already and hold ${heldBytes} of ${this.#limit} bytes, and the rest is for other partitions; look at the leaders of these partitions, or raise bufferBytes`,
      { persisted: 'no' },
    ))
  }

  #timeoutOf(of: WaitingTopic, missing: Missing): KafkaError {
    if (missing === 'metadata') return of.metadataTimeout(this.#maxBlockMs)
    const topic = of.name
    if (missing === 'contents') return notCompleted(topic, this.#maxBlockMs)
    const detail =
      missing === 'memory'
        ? `no room in bufferBytes (${this.#limit}) within ${this.#maxBlockMs} ms; send less at a time, wait for drained(), or raise bufferBytes`
        : `no room in bufferBytes (${this.#limit}) within ${this.#maxBlockMs} ms for a partition that does not answer while others do; look at the leader of the partition, or raise bufferBytes`
    return new KafkaError('BUFFER_FULL', detail, { topic, persisted: 'no' })
  }
}

function notCompleted(topic: string, maxBlockMs: number): KafkaError {
  const detail = `a serializer has not answered within ${maxBlockMs} ms for a record of topic ${printable(topic)}; look at what it waits for, such as a schema registry, or raise maxBlockMs`
  return new KafkaError('SERIALIZATION_FAILED', detail, { topic, persisted: 'no' })
}

/** There is no memory for the text of the record, or it is longer than Node allows. The record was appended nowhere. */
export function unreadable(topic: string, cause: unknown): KafkaError {
  const detail = `a record that has waited cannot be read again: ${reasonOf(cause)}`
  return new KafkaError('ILLEGAL_STATE', detail, { cause, topic, persisted: 'no' })
}
