import type { KafkaConfig } from 'kafkajs-original'
import { KafkaJSConnectionError, KafkaJSNonRetriableError } from '../original/errors.js'

/**
 * The addresses of `brokers`, from its function where it is one.
 *
 * @throws KafkaJSNonRetriableError where there is none, KafkaJSConnectionError where the function fails
 */
export async function serversOf(brokers: KafkaConfig['brokers']): Promise<string[]> {
  const list = typeof brokers === 'function' ? await calledFor(brokers) : brokers
  if (!list) throw failed('brokers should not be null')
  if (list.length === 0) throw failed('brokers array is empty')
  for (const [index, broker] of list.entries())
    if (!broker || typeof broker !== 'string')
      throw failed(`broker at index ${index} is invalid "${typeof broker}"`)
  return list
}

async function calledFor(brokers: () => string[] | Promise<string[]>): Promise<string[]> {
  try {
    return await brokers()
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    throw new KafkaJSConnectionError(`Failed to connect: "config.brokers" threw: ${message}`)
  }
}

function failed(reason: string): Error {
  return new KafkaJSNonRetriableError(`Failed to connect: ${reason}`)
}
