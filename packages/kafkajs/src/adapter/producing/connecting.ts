import timers from 'node:timers'
import { KafkaError } from '@sluice/protocol'
import type { Logger } from 'kafkajs-original'
import { exceeded } from '../errors/failure.js'
import { firstPause, nextPause, type Retry } from '../errors/retry.js'
import { simpleError } from '../errors/simple-error.js'
import type { Lane } from '../lanes/lane.js'

/** What connecting needs besides the lane. */
export interface ConnectingDeps {
  readonly retry: Retry
  readonly logger: Logger
  servers(): Promise<string[]>
}

/**
 * Reaches a broker, and tries again as often as the retries say.
 *
 * @throws KafkaJSNumberOfRetriesExceeded with the last failure as `cause`; a failure that another attempt cannot mend as it is
 */
export async function connectLane(lane: Lane, deps: ConnectingDeps): Promise<void> {
  const { retry } = deps
  const logger = deps.logger.namespace('BrokerPool')
  await deps.servers()
  let retryTime = firstPause(retry, Math.random)
  for (let retryCount = 0; ; retryCount++) {
    const error = await attempt(lane)
    if (error === null) return
    logger.error(whatOf(error), { retryCount, retryTime })
    if (!error.retriable) throw error
    if (retryCount >= retry.retries) throw exceeded(error, retryCount + 1, retry)
    await pause(retryTime)
    retryTime = nextPause(retry, retryTime, Math.random)
  }
}

/** @returns why no broker was reached; null where one was */
async function attempt(lane: Lane) {
  try {
    await lane.producer.connect()
    return null
  } catch (error) {
    if (error instanceof KafkaError) return simpleError(error)
    throw error
  }
}

function whatOf({ name, message }: Error): string {
  if (name !== 'KafkaJSConnectionError') return message
  return `Failed to connect to seed broker, trying another broker from the list: ${message}`
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    timers.setTimeout(resolve, ms)
  })
}
