import { observerWhile, type ProducerObserver } from '../observer.js'
import type { ChannelSource } from './channel-messages.js'
import { channels, isTraced, traces } from './channels.js'
import { ProduceTraces } from './produce-traces.js'
import { publishSoon } from './publish.js'

/** Publishes what the stages of one producer tell. */
export class StageChannels {
  readonly source: ChannelSource
  readonly #produce: ProduceTraces

  constructor(source: ChannelSource) {
    this.source = source
    this.#produce = new ProduceTraces(source)
  }

  /** The observer, with one more listener while there are subscribers: the stages ask at each event whether its method is there. */
  observing(observer: ProducerObserver): ProducerObserver {
    return observerWhile((name) => this.#isListened(name), observer, this.#observer())
  }

  /** What was sent by a thread has ended with it. */
  lost(): void {
    this.#produce.lost()
  }

  #observer(): ProducerObserver {
    const [source, produce] = [this.source, this.#produce]
    return {
      request: (event) => publishSoon(channels.request, { ...source, ...event }),
      connection: (event) => publishSoon(channels.connection, { ...source, ...event }),
      metadata: (event) => publishSoon(channels.metadata, { ...source, ...event }),
      batch: (event) => publishSoon(channels.batch, { ...source, ...event }),
      produce: (event) => produce.begun(event),
      produced: (event) => produce.ended(event),
    }
  }

  #isListened(name: keyof ProducerObserver): boolean {
    switch (name) {
      case 'request':
      case 'connection':
      case 'metadata':
      case 'batch':
        return channels[name].hasSubscribers
      case 'produce':
        return isTraced(traces.produce)
      case 'produced':
        // Each trace that was begun is ended, so that none is kept after the last subscriber has left.
        return isTraced(traces.produce) || !this.#produce.isEmpty
      default:
        return false
    }
  }
}
