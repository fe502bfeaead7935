import type { ErrorCode } from '@sluice/protocol'
import type { BatchAnswer, WireBatch } from './wire-batch.js'

/** Errors after which a batch may be in the log. */
const unsure: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'UNKNOWN_SERVER_ERROR',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'NETWORK_EXCEPTION',
])

interface OnWire {
  attempts: number
  /** Attempts that were not answered yet. */
  open: number
  mayBeWritten: boolean
}

/** Of each record, how often it was sent, and whether it may be in a log because of that. */
export class RecordsOnWire {
  readonly #records = new Map<number, OnWire>()

  attempts(id: number): number {
    return this.#records.get(id)?.attempts ?? 0
  }

  /** Whether it was sent, and the answers leave that open, or there are none. */
  mayBeWritten(id: number): boolean {
    const record = this.#records.get(id)
    return record !== undefined && (record.mayBeWritten || record.open > 0)
  }

  sent({ ids }: WireBatch): void {
    for (const id of ids) {
      const record = this.#of(id)
      record.attempts++
      record.open++
    }
  }

  answered({ ids }: WireBatch, { code, offset }: BatchAnswer): void {
    const mayBeWritten = code === null || unsure.has(code) || offset >= 0n
    for (const id of ids) {
      const record = this.#of(id)
      record.open--
      record.mayBeWritten ||= mayBeWritten
    }
  }

  lost({ ids }: WireBatch): void {
    for (const id of ids) {
      const record = this.#of(id)
      record.open--
      record.mayBeWritten = true
    }
  }

  #of(id: number): OnWire {
    let record = this.#records.get(id)
    if (record === undefined)
      this.#records.set(id, (record = { attempts: 0, open: 0, mayBeWritten: false }))
    return record
  }
}
