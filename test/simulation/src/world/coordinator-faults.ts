import type { Carry } from './world.js'

/** The transactional id of the program. */
export const transactionalId = 'simulated'

/** What happens to transactions and their coordinator. */
export const faultsOfCoordinators: Carry = (fault, { cluster, time }) => {
  switch (fault.kind) {
    case 'moveCoordinator':
      cluster.moveCoordinator('transaction', transactionalId, fault.node)
      if (fault.node >= 0) return null
      return () => cluster.moveCoordinator('transaction', transactionalId, 0)
    case 'holdMarkers':
      return cluster.holdMarkers()
    case 'timeOutTransaction':
      if (cluster.transaction(transactionalId)?.state === 'Ongoing')
        cluster.timeOutTransaction(transactionalId)
      return null
    case 'serveLate':
      return cluster.intercept(
        fault.api,
        (call) => {
          time.inWorld(fault.ms, () => void call.serve())
          return call.close()
        },
        { times: 1 },
      )
    default:
      return undefined
  }
}
