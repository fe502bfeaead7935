import type { InspectedProducer } from '../inspected-producer.js'
import { PipelineModel } from '../model/pipeline-model.js'
import { ChannelTap } from './channel-tap.js'
import type { InspectorClock } from './clock.js'
import { PacedQueues } from './paced-queues.js'

/** Five snapshots a second. */
export const intervalMs = 200
/** So many messages of each channel are heard in an interval. Totals and rates come from the figures, which count all. */
const heardEachInterval = 8

/** Who watches. */
export interface Watcher {
  /** @param snapshot - as JSON, the same text for all watchers */
  show(snapshot: string): void
  /** The producer is closed and has told its last figures. */
  ended(): void
  /** The producer cannot be read: its `metrics()` or its `status()` throws. */
  failed(): void
}

/** Makes snapshots while somebody watches, and at no other time costs anything. */
export class Sampler {
  readonly #producer: InspectedProducer
  readonly #newClock: () => InspectorClock
  readonly #watchers = new Set<Watcher>()
  #watch: Watch | null = null

  /** @param newClock - a clock for the time from the first watcher to the last */
  constructor(producer: InspectedProducer, newClock: () => InspectorClock) {
    this.#producer = producer
    this.#newClock = newClock
  }

  get watchers(): number {
    return this.#watchers.size
  }

  /** The watcher gets a snapshot at once, and then one in each interval. */
  add(watcher: Watcher): void {
    this.#watchers.add(watcher)
    this.#show(() => {
      this.#watch ??= new Watch(this.#producer, this.#newClock(), () => this.#tick())
      watcher.show(this.#watch.snapshot())
    })
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    if (this.#watchers.size === 0) this.#stop()
  }

  close(): void {
    this.#watchers.clear()
    this.#stop()
  }

  #stop(): void {
    this.#watch?.end()
    this.#watch = null
  }

  #tick(): void {
    const watch = this.#watch
    if (watch === null) return
    this.#show(() => {
      const snapshot = watch.snapshot()
      for (const watcher of this.#watchers) watcher.show(snapshot)
    })
  }

  /** What a producer throws that a program has wrapped must not end the process: this runs in a timer. The watchers are told. */
  #show(run: () => void): void {
    try {
      run()
      if (this.#isOver()) this.#leave((watcher) => watcher.ended())
    } catch {
      this.#leave((watcher) => watcher.failed())
    }
  }

  /** Does not wait until they close their streams: who reads nothing does not. */
  #leave(tell: (watcher: Watcher) => void): void {
    const watchers = [...this.#watchers]
    this.close()
    for (const watcher of watchers) tell(watcher)
  }

  /** A producer is closed from the beginning of its `close()`, and has its last figures when no record is pending any more. */
  #isOver(): boolean {
    const isClosed = this.#producer.status().reason === 'closed'
    return isClosed && this.#producer.metrics().recordsPending <= 0
  }
}

/** From the first watcher to the last. */
class Watch {
  readonly #producer: InspectedProducer
  readonly #clock: InspectorClock
  readonly #figures: PacedQueues
  readonly #model = new PipelineModel()
  readonly #taps: readonly { renew(): void; close(): void }[]
  readonly #stopTimer: () => void
  #isEnded = false

  constructor(producer: InspectedProducer, clock: InspectorClock, onTick: () => void) {
    this.#producer = producer
    this.#clock = clock
    this.#figures = new PacedQueues(producer, clock)
    this.#taps = this.#tapsOf(producer.metrics().producer)
    for (const tap of this.#taps) tap.renew()
    this.#stopTimer = clock.every(intervalMs, () => {
      onTick()
      if (!this.#isEnded) for (const tap of this.#taps) tap.renew()
    })
  }

  snapshot(): string {
    return JSON.stringify(
      this.#model.snapshot(this.#figures.read(), this.#producer.status(), this.#clock.now()),
      shortNumbers,
    )
  }

  end(): void {
    this.#isEnded = true
    this.#stopTimer()
    for (const tap of this.#taps) tap.close()
  }

  #tapsOf(own: number): { renew(): void; close(): void }[] {
    const [model, clock, most] = [this.#model, this.#clock, heardEachInterval]
    const isOurs = (producer: number): boolean => producer === own
    return [
      new ChannelTap('sluice:batch', most, isOurs, (one) => model.batch(one)),
      new ChannelTap('sluice:request', most, isOurs, (one) => model.request(one, clock.now())),
      new ChannelTap('sluice:connection', most, isOurs, (one) =>
        model.connection(one, clock.now()),
      ),
      new ChannelTap('sluice:metadata', most, isOurs, (one) => model.metadata(one, clock.now())),
      // All of them: no figure counts them, and each stands for several requests.
      new ChannelTap('sluice:transaction', Infinity, isOurs, (one) =>
        model.transaction(one, clock.now()),
      ),
    ]
  }
}

/** The page shows no thousandths of its numbers, and they would be half of the text. */
function shortNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Math.round(value * 100) / 100
    : value
}
