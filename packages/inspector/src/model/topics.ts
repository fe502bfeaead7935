import type { ProducerMetrics } from '@sluice/producer'
import { RateWindow } from './rate-window.js'
import type { TopicSnapshot } from './snapshot.js'

/** So many topics are shown. */
const limit = 8

/** The busiest topics, with their rates. */
export class Topics {
  readonly #rates = new RateWindow<string>()

  snapshot(topics: ProducerMetrics['topics'], now: number): TopicSnapshot[] {
    const busiest = Object.entries(topics)
      .sort(([, a], [, b]) => b.recordSendTotal - a.recordSendTotal)
      .slice(0, limit)
    const totals = Object.fromEntries(busiest.map(([name, one]) => [name, one.recordAckTotal]))
    const rates = this.#rates.add(now, totals)
    return busiest.map(([name, { recordAckTotal, recordErrorTotal, recordRetryTotal }]) => ({
      name,
      rate: rates[name] ?? 0,
      acknowledged: recordAckTotal,
      failed: recordErrorTotal,
      retried: recordRetryTotal,
    }))
  }
}
