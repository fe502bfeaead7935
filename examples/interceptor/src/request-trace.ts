import { AsyncLocalStorage } from 'node:async_hooks'
import type { ProducerInterceptor } from '@sluice/producer'

/** The id of the request that the program works on. */
export const requestId = new AsyncLocalStorage<string>()

/** How a record of a request has ended. */
export interface Trace {
  readonly request: string | undefined
  readonly topic: string
  readonly end: string
  readonly ms: number
}

/** Puts the id of the caller's request into each record, and reports how long the record took. */
export function requestTrace(
  report: (trace: Trace) => void,
  now: () => number = () => performance.now(),
): ProducerInterceptor<{ began: number }> {
  return {
    onSend(record, state) {
      state.began = now()
      const id = requestId.getStore()
      if (id === undefined) return record
      return { ...record, headers: [...record.headers, ['request-id', id]] }
    },
    onAcknowledgement({ topic, error }, { began = now() }) {
      const request = requestId.getStore()
      report({ request, topic, end: error?.code ?? 'acknowledged', ms: now() - began })
    },
  }
}
