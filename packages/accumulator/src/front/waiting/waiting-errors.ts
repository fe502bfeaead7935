import { KafkaError, reasonOf } from '@sluice/protocol'
import type { WaitingTopic } from './waiting-group.js'

/**
 * The errors of the waiting line. An error is shared by all waiters that fail for the same reason at the same time: a
 * loop of a million refused sends must not cost a million errors.
 */
export class WaitingErrors {
  readonly #limit: number
  readonly #maxBlockMs: number
  #full: KafkaError | null = null
  #timeout: {
    readonly topic: WaitingTopic
    readonly forMetadata: boolean
    readonly error: KafkaError
  } | null = null

  constructor(limit: number, maxBlockMs: number) {
    this.#limit = limit
    this.#maxBlockMs = maxBlockMs
  }

  /** The line was full until now. */
  left(): void {
    this.#full = null
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
  timeout(topic: WaitingTopic, forMetadata: boolean): KafkaError {
    const last = this.#timeout
    if (last?.topic === topic && last.forMetadata === forMetadata) return last.error
    const error = forMetadata
      ? topic.metadataTimeout(this.#maxBlockMs)
      : this.#memoryTimeout(topic.name)
    this.#timeout = { topic, forMetadata, error }
    return error
  }

  #memoryTimeout(topic: string): KafkaError {
    const detail = `no room in bufferBytes (${this.#limit}) within ${this.#maxBlockMs} ms; send less at a time, wait for drained(), or raise bufferBytes`
    return new KafkaError('BUFFER_FULL', detail, { topic, persisted: 'no' })
  }
}

/** There is no memory for the text of the record, or it is longer than Node allows. The record was appended nowhere. */
export function unreadable(topic: string, cause: unknown): KafkaError {
  const detail = `a record that has waited cannot be read again: ${reasonOf(cause)}`
  return new KafkaError('ILLEGAL_STATE', detail, { cause, topic, persisted: 'no' })
}
