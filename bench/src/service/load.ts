import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import autocannon from 'autocannon'

const loaders = 20
const connectionsOfEach = 5

export interface Answers {
  readonly ok: number
  /** Answers that were none or not 200. */
  readonly failed: number
  readonly perSecond: number
  /** Of all answers, in ms. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
}

/**
 * Posts orders at a rate, for some seconds. Each connection waits for its answer before it sends again, so what is too slow
 * shows in `perSecond`, too.
 *
 * autocannon sends all requests of a second at its beginning, as fast as they are answered. Twenty of it, begun 50 ms apart,
 * make the load even. And it takes 1 ms for the interval that requests are due in, so that a slow answer counts many times:
 * latencies are counted here.
 */
export async function postOrders(address: string, rate: number, seconds: number): Promise<Answers> {
  const micros = createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 })
  const results = await Promise.all(
    Array.from({ length: loaders }, async (_, at) => {
      await delay((at * 1_000) / loaders)
      return postWithOne(address, rate / loaders, seconds, micros)
    }),
  )
  const sum = (of: (result: autocannon.Result) => number): number =>
    results.reduce((total, result) => total + of(result), 0)
  const ms = (percent: number): number => micros.percentile(percent) / 1_000
  return {
    ok: sum((result) => result['2xx']),
    failed: sum((result) => result.non2xx + result.errors + result.timeouts),
    perSecond: sum((result) => result['2xx'] / result.duration),
    p50: ms(50),
    p99: ms(99),
    p999: ms(99.9),
  }
}

async function postWithOne(
  url: string,
  overallRate: number,
  duration: number,
  micros: RecordableHistogram,
): Promise<autocannon.Result> {
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url: `${url}/orders`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: 'o-17', items: ['book', 'pen'], total: 42 }),
        connections: connectionsOfEach,
        overallRate,
        duration,
      },
      (error, result) => (error instanceof Error ? reject(error) : resolve(result)),
    )
    instance.on('response', (_, __, ___, ms) => micros.record(Math.max(1, Math.round(ms * 1_000))))
  })
}
