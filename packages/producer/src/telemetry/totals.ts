import type { TimedMetric } from './metrics-data.js'
import { seriesOf, type TelemetryMetric } from './telemetry-metric.js'

/** What a total had come to, and when. */
interface Told {
  readonly value: number
  readonly atMs: number
}

/** Turns totals into what has come since the cluster took the last push, where it wants that. */
export class Totals {
  readonly #beganMs: number
  #told: ReadonlyMap<string, Told> = new Map()

  /** @param beganMs - when the producer began to count, in ms since 1970 */
  constructor(beganMs: number) {
    this.#beganMs = beganMs
  }

  timed(metrics: readonly TelemetryMetric[], isDelta: boolean): TimedMetric[] {
    return metrics.map((metric) => {
      const told = isDelta && metric.isTotal ? this.#told.get(seriesOf(metric)) : undefined
      if (told === undefined) return { ...metric, sinceMs: this.#beganMs }
      return { ...metric, value: Math.max(0, metric.value - told.value), sinceMs: told.atMs }
    })
  }

  /**
   * The cluster has taken these metrics. What was told of others stays told, also while they are not wanted: else they would be
   * told once more from the beginning.
   *
   * @param all - that there are. Series that are gone are forgotten
   */
  taken(metrics: readonly TelemetryMetric[], all: readonly TelemetryMetric[], atMs: number): void {
    const told = new Map<string, Told>()
    for (const metric of all) {
      const before = this.#told.get(seriesOf(metric))
      if (before !== undefined) told.set(seriesOf(metric), before)
    }
    for (const metric of metrics)
      if (metric.isTotal) told.set(seriesOf(metric), { value: metric.value, atMs })
    this.#told = told
  }
}
