import { produceError, throttle } from '@sluice/embedded-broker'
import { staleMetadata } from './stale-metadata.js'
import type { Carry, Undo } from './world.js'

/** What happens to single requests and answers. */
export const faultsOfRequests: Carry = (fault, { cluster }) => {
  switch (fault.kind) {
    case 'refuse': {
      const { appended, code, partition, times, topic } = fault
      return cluster.intercept('Produce', produceError(code, { topic, partition, appended }), {
        times,
      })
    }
    case 'loseAnswer':
      return cluster.intercept(
        fault.api,
        async (call) => {
          if (fault.served) await call.serve()
          call.close()
        },
        { times: fault.times },
      )
    case 'hang':
      return cluster.intercept(
        fault.api,
        async (call) => {
          if (fault.served) await call.serve()
          return call.hang()
        },
        { times: fault.times },
      )
    case 'throttle':
      return together(
        cluster.intercept('Produce', throttle(fault.throttleMs)),
        cluster.intercept('Metadata', throttle(fault.throttleMs)),
      )
    case 'staleMetadata':
      return staleMetadata(cluster)
    default:
      return undefined
  }
}

export function together(...undos: readonly Undo[]): Undo {
  return () => undos.forEach((undo) => undo())
}
