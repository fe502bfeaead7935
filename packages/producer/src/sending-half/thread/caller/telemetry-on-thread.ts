import { KafkaError } from '@sluice/protocol'
import type { TelemetryChannel, TelemetrySubscription } from '../../telemetry-channel.js'
import type { ThreadCall } from '../thread-messages.js'
import type { CallsOfThreadDeps } from './calls-of-thread.js'

/** Telemetry through the connections on the thread. */
export function telemetryOnThread({ calls, over }: CallsOfThreadDeps): TelemetryChannel {
  const call = async (name: ThreadCall, argument: unknown): Promise<unknown> => {
    const reason = over()
    if (reason !== null) throw reason
    return calls.call(name, argument)
  }
  const available = async (): Promise<void> => {
    try {
      await call('telemetryAvailable', null)
    } catch (error) {
      if (!isDeath(error) || over() !== null) throw error
      await available()
    }
  }
  return {
    available,
    subscribe: async (clientInstanceId) =>
      (await call('subscribeTelemetry', clientInstanceId)) as TelemetrySubscription,
    push: async (push) => void (await call('pushTelemetry', push)),
  }
}

/** Then the next thread is asked. */
function isDeath(error: unknown): boolean {
  return error instanceof KafkaError && error.code === 'SENDER_THREAD_DIED'
}
