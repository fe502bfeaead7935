import { EventEmitter } from 'node:events'
import { printableThrown } from '@sluice/protocol'
import type { InstrumentationEvent, Logger } from 'kafkajs-original'
import { KafkaJSNonRetriableError } from '../original/errors.js'
import { type EventName, isEventName, listedEvents } from './event-names.js'

/** What a listener is given. kafkajs counts in numbers, though its types say that `id` is a string. */
type Event = InstrumentationEvent<unknown>

let nextId = 0

/** Tells the listeners of one producer. */
export class ProducerEmitter {
  readonly #emitter = new EventEmitter()
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  isListened(name: EventName): boolean {
    return this.#emitter.listenerCount(name) > 0
  }

  emit(name: EventName, payload?: object): void {
    if (!this.isListened(name)) return
    const event = { id: nextId++, type: name, timestamp: Date.now(), payload }
    this.#emitter.emit(name, event)
  }

  /** @throws KafkaJSNonRetriableError for a name that is none. @returns takes the listener away */
  on(name: string, listener: (event: Event) => unknown): () => void {
    if (!isEventName(name))
      throw new KafkaJSNonRetriableError(`Event name should be one of ${listedEvents}`)
    const guarded = (event: Event): void => {
      void this.#call(name, listener, event)
    }
    this.#emitter.addListener(name, guarded)
    return () => void this.#emitter.removeListener(name, guarded)
  }

  /** A listener that fails must not disturb the producer. */
  async #call(name: EventName, listener: (event: Event) => unknown, event: Event): Promise<void> {
    try {
      await listener(event)
    } catch (thrown) {
      const stack = thrown instanceof Error ? thrown.stack : undefined
      const message = thrown instanceof Error ? thrown.message : printableThrown(thrown)
      this.#logger.error(`Failed to execute listener: ${message}`, { eventName: name, stack })
    }
  }
}
