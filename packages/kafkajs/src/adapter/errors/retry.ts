import { longestTimerMs } from '@sluice/protocol'
import type { RetryOptions } from 'kafkajs-original'

/** The options of retries with all defaults of kafkajs. */
export interface Retry {
  readonly maxRetryTime: number
  readonly initialRetryTime: number
  readonly factor: number
  readonly multiplier: number
  readonly retries: number
  /** Whether the program has said when to give up. Else an outage is borne as long as the time of a delivery lasts. */
  readonly isLimited: boolean
}

/** @param given - of the client, then of the producer, which goes before it */
export function retryOf(...given: (RetryOptions | undefined)[]): Retry {
  const { maxRetryTime, initialRetryTime, factor, multiplier, retries } = Object.assign(
    {},
    ...given,
  ) as RetryOptions
  return {
    maxRetryTime: maxRetryTime ?? 30_000,
    initialRetryTime: initialRetryTime ?? 300,
    factor: factor ?? 0.2,
    multiplier: multiplier ?? 2,
    retries: retries ?? 5,
    isLimited: retries !== undefined,
  }
}

/** The first pause. */
export function firstPause(retry: Retry, random: () => number): number {
  return spread(retry, retry.initialRetryTime, random)
}

/** The pause after this one. */
export function nextPause(retry: Retry, pause: number, random: () => number): number {
  return Math.min(spread(retry, pause, random) * retry.multiplier, retry.maxRetryTime)
}

function spread({ factor }: Retry, pause: number, random: () => number): number {
  const delta = factor * pause
  return Math.ceil(pause - delta + random() * 2 * delta)
}

/** The pause before the retry with this number, counted from 0, in the middle of its spread. */
export function pauseBefore({ initialRetryTime, multiplier, maxRetryTime }: Retry, at: number) {
  if (at === 0) return initialRetryTime
  return Math.min(initialRetryTime * multiplier ** at, maxRetryTime)
}

/** How long all pauses are together, in ms. */
export function pausesTogether(retry: Retry): number {
  let sum = 0
  for (let at = 0; at < retry.retries && sum < longestTimerMs; at++)
    // A pause of nothing adds nothing, however many there are.
    sum += Math.max(pauseBefore(retry, at), 1)
  return Math.min(sum, longestTimerMs)
}
