import type { ProducerObserver } from '@sluice/producer'

/** How the batches of one topic have left. */
export interface BatchFill {
  batches: number
  records: number
  /** Batches that left because they were full. The others left because their time was over, or the broker was ready for them. */
  full: number
}

/** Counts how full the batches of each topic are: where few records share a batch, a larger `lingerMs` saves requests. */
export function batchFill(): { observer: ProducerObserver; topics: Map<string, BatchFill> } {
  const topics = new Map<string, BatchFill>()
  const observer: ProducerObserver = {
    sealed({ topic, records, reason }) {
      const fill = topics.get(topic) ?? { batches: 0, records: 0, full: 0 }
      topics.set(topic, fill)
      fill.batches++
      fill.records += records
      if (reason === 'full') fill.full++
    },
  }
  return { observer, topics }
}
