import { setTimeout } from 'node:timers/promises'
import { KafkaError } from '@sluice/protocol'

/** Tries again after an error that may pass: a new topic, a broker that has just gone, a leader that moves. */
export async function withRetries<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + retryForMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      if (!mayPass(error) || performance.now() > deadline) throw error
      await setTimeout(pauseMs, undefined, { signal })
    }
  }
}

const retryForMs = 30_000
const pauseMs = 200

function mayPass(error: unknown): boolean {
  return error instanceof KafkaError && error.retriable
}
