import { KafkaError } from '@sluice/protocol'
import type { Waiter } from '../../accumulator-front.js'
import type { ToQueue } from '../../messages.js'
import type { Memory } from '../memory/memory.js'
import type { WaitingTopic } from './place.js'
import type { WaitingLine } from './waiting-line.js'

export interface AdmissionDeps {
  readonly memory: Memory
  readonly line: WaitingLine
  toQueue(message: ToQueue): void
}

/** Lets a record wait, or fails it at once if it would wait in vain. */
export class Admission {
  readonly #memory: Memory
  readonly #line: WaitingLine
  readonly #toQueue: (message: ToQueue) => void
  #closed: KafkaError | null = null

  constructor({ memory, line, toQueue }: AdmissionDeps) {
    this.#memory = memory
    this.#line = line
    this.#toQueue = toQueue
  }

  /** Fails every later waiter. */
  close(error: KafkaError): void {
    this.#closed = error
  }

  wait(waiter: Waiter, topic: WaitingTopic): void {
    if (this.#closed !== null) waiter.fail(this.#closed)
    else if (!this.#memory.couldHold(waiter.bytes)) waiter.fail(this.#tooLarge(waiter, topic))
    else if (topic.refusal !== null) this.#refuse(waiter, topic.name, topic.refusal)
    else this.#line.join(waiter, topic)
  }

  /** Asks the cluster again: once it allows the topic, a later record is not refused. */
  #refuse(waiter: Waiter, topic: string, refusal: KafkaError): void {
    this.#toQueue({ type: 'topic', topic })
    waiter.fail(refusal)
  }

  #tooLarge(waiter: Waiter, topic: WaitingTopic): KafkaError {
    const detail = `a record of about ${waiter.bytes} bytes, counted before compression, can never fit in bufferBytes (${this.#memory.limit}); raise bufferBytes or send smaller records`
    return new KafkaError('RECORD_TOO_LARGE', detail, { topic: topic.name, persisted: 'no' })
  }
}
