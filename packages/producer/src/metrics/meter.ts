import type { CompressedEvent, SealedEvent } from '@sluice/accumulator'
import type { RetryEvent } from '@sluice/sender'
import { bothObservers, type ProducerObserver } from '../observer.js'
import { clusterStanding } from './cluster-standing.js'
import { SendingMeasures } from './measures/sending-measures.js'
import { plainCells, SlidingWindow } from './measures/sliding-window.js'
import { meteredFigures } from './metered-figures.js'
import type { ClusterStanding, MeteredFigures, ProducerMeter } from './producer-meter.js'
import { isSentAgain, TopicTotals } from './topic-totals.js'

/** The methods by which the stages tell a meter what happens. */
type Heard = Pick<ProducerObserver, MeteredOnSendersThread | MeteredOnCallersThread>

/** What the network and the sender tell on their own thread. */
type MeteredOnSendersThread = 'request' | 'connection' | 'produce'
/** What is counted on the caller's thread, wherever it is told. */
type MeteredOnCallersThread = 'sealed' | 'settled' | 'compressed' | 'retry'

/** Listens to the stages of one producer, for its `metrics()` and `status()`: once for each batch and each request. */
export class Meter implements ProducerMeter {
  readonly sending: SendingMeasures
  readonly topics = new TopicTotals()
  readonly recordSize = new SlidingWindow(new Float64Array(plainCells))
  readonly compressionRate = new SlidingWindow(new Float64Array(plainCells))
  #recordRetryTotal = 0
  #batchSplitTotal = 0

  /** @param memory - shared, where a sender's thread writes it */
  constructor(memory?: ArrayBufferLike) {
    this.sending = new SendingMeasures(memory)
  }

  get recordRetryTotal(): number {
    return this.#recordRetryTotal
  }

  get batchSplitTotal(): number {
    return this.#batchSplitTotal
  }

  figures(now: number): MeteredFigures {
    return meteredFigures(this, now)
  }

  standing(now: number): ClusterStanding {
    return clusterStanding(this.sending, now)
  }

  /** An observer that the stages tell, for this meter and for the observer that is given. */
  observing(observer: ProducerObserver): ProducerObserver {
    return bothObservers(this.#heard(), observer)
  }

  /** The same for what a sender's thread tells, which writes the measures of sending itself. */
  hearing(observer: ProducerObserver): ProducerObserver {
    return bothObservers({ retry: (event) => this.retry(event) }, observer)
  }

  #heard(): Heard {
    const { sending, topics } = this
    return {
      request: (event) => sending.request(event),
      connection: (event) => sending.connection(event),
      produce: (event) => sending.produce(event),
      sealed: (event) => this.#sealed(event),
      settled: (event) => topics.settled(event),
      compressed: (event) => this.#compressed(event),
      retry: (event) => this.retry(event),
    }
  }

  retry(event: RetryEvent): void {
    if (isSentAgain(event.action)) this.#recordRetryTotal += event.records
    if (event.action === 'split') this.#batchSplitTotal++
    this.topics.retry(event)
  }

  #sealed(event: SealedEvent): void {
    const { since, openMs, records, bytes } = event
    this.recordSize.add(bytes / records, since + openMs, records)
    this.topics.sealed(event)
  }

  #compressed(event: CompressedEvent): void {
    this.compressionRate.add(event.payloadBytes / event.recordBytes, event.at)
    this.topics.compressed(event)
  }
}
