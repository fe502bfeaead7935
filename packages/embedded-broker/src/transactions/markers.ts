import type { Marker } from '../partition/control-batch.js'

/** Where a marker goes: a partition of a topic, or the offsets of groups. */
export interface MarkerTarget {
  /** Takes the marker as far as that is possible now. @returns Whether it is there for good. */
  deliver(marker: Marker): boolean
  /** Calls `listener` when a marker may get on. @returns A function that stops that. */
  onChange(listener: () => void): () => void
}

/** The marker of one transaction on its way to all that took part, until the last of them has it. */
class Delivery {
  readonly #marker: Marker
  readonly #isHeld: () => boolean
  readonly #onDone: () => void
  readonly #stops: (() => void)[]
  #targets: readonly MarkerTarget[]
  #isBusy = false

  constructor(
    marker: Marker,
    targets: readonly MarkerTarget[],
    isHeld: () => boolean,
    onDone: () => void,
  ) {
    this.#marker = marker
    this.#targets = targets
    this.#isHeld = isHeld
    this.#onDone = onDone
    this.#stops = targets.map((target) => target.onChange(() => this.advance()))
  }

  advance(): void {
    // A marker that is appended is itself a change of its partition.
    if (this.#isBusy || this.#isHeld()) return
    this.#isBusy = true
    this.#targets = this.#targets.filter((target) => !target.deliver(this.#marker))
    this.#isBusy = false
    if (this.#targets.length > 0) return
    this.#isBusy = true
    for (const stop of this.#stops) stop()
    this.#onDone()
  }
}

/** The markers that are on their way. A test can hold all of them back. */
export class Markers {
  readonly #deliveries = new Set<Delivery>()
  #holds = 0

  /** Writes a marker: at once where nothing stands in the way. */
  write(marker: Marker, targets: readonly MarkerTarget[], onDone: () => void): void {
    const isHeld = () => this.#holds > 0
    const delivery = new Delivery(marker, targets, isHeld, () => {
      this.#deliveries.delete(delivery)
      onDone()
    })
    this.#deliveries.add(delivery)
    delivery.advance()
  }

  /** Goes on with every marker, as when a broker is back. */
  retry(): void {
    for (const delivery of this.#deliveries) delivery.advance()
  }

  /** Holds markers back until the returned function is called. */
  hold(): () => void {
    this.#holds++
    let isHeld = true
    return () => {
      if (isHeld) this.#holds--
      isHeld = false
      this.retry()
    }
  }
}
