import type { BatchMessage, ProducerMetrics } from '@sluice/producer'
import { listed } from './leader-moves.js'

/** Finds out between two snapshots what was sent again and what has failed: how often by the totals, and why by what was heard. */
export class Troubles {
  #retried: number | null = null
  #errors: ProducerMetrics['recordErrors'] = {}
  readonly #retryCodes = new Set<string>()
  readonly #retriedPartitions = new Set<string>()

  batch({ action, errorCode, topic, partition }: BatchMessage): void {
    if (action === 'acknowledge' || action === 'fail') return
    if (errorCode !== null) this.#retryCodes.add(errorCode)
    if (this.#retriedPartitions.size < 100) this.#retriedPartitions.add(`${topic}-${partition}`)
  }

  /** @returns a sentence of what was sent again since the last call; null where nothing was */
  retries({ recordRetryTotal }: ProducerMetrics): string | null {
    const grown = recordRetryTotal - (this.#retried ?? recordRetryTotal)
    this.#retried = recordRetryTotal
    const why = this.#retryCodes.size > 0 ? ` after ${[...this.#retryCodes].join(', ')}` : ''
    const where =
      this.#retriedPartitions.size > 0 ? ` of ${listed([...this.#retriedPartitions])}` : ''
    this.#retryCodes.clear()
    this.#retriedPartitions.clear()
    return grown > 0 ? `${grown} records${where} are sent again${why}` : null
  }

  /** @returns a sentence for each code with which records have failed since the last call */
  failures({ recordErrors }: ProducerMetrics, isFirst: boolean): string[] {
    const before: Readonly<Record<string, number>> = this.#errors
    this.#errors = recordErrors
    if (isFirst) return []
    return Object.entries(recordErrors)
      .map(([code, count]) => [code, count - (before[code] ?? 0)] as const)
      .filter(([, grown]) => grown > 0)
      .map(([code, grown]) => `${grown} records have failed with ${code}`)
  }
}
