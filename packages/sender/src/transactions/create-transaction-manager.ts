import type { NetworkClient } from '@sluice/network'
import type { ResolvedSenderOptions } from '../options.js'
import type { SenderRuntime } from '../runtime.js'
import { Coordinators } from './coordinators.js'
import { ProducerIdentity } from './producer-identity.js'
import { TransactionManager, type TransactionManagerDeps } from './transaction-manager.js'
import { TransactionRequests, type TransactionVersion } from './transaction-requests.js'

/** The feature that says by which rules transactions go (KIP-890). Versions of requests that brokers know say nothing of it. */
const featureName = 'transaction.version'

export function createTransactionManager(
  transactionalId: string,
  network: NetworkClient,
  options: ResolvedSenderOptions,
  runtime: SenderRuntime,
  loop: Pick<TransactionManagerDeps, 'wake' | 'hasInFlight' | 'failQueued' | 'turn'>,
): TransactionManager {
  const { transactionTimeoutMs } = options
  const coordinators = new Coordinators(network, options, runtime, loop.wake)
  const ofTransactions = { transactionalId, transactionTimeoutMs }
  const requests = new TransactionRequests({ ...ofTransactions, coordinators })
  const clusterVersion = (): TransactionVersion =>
    (network.metadata.features.get(featureName) ?? 0) >= 2 ? 2 : 1
  const identity = new ProducerIdentity({ ...ofTransactions, requests, clusterVersion })
  const now = (): number => runtime.now()
  return new TransactionManager({
    ...ofTransactions,
    ...loop,
    coordinators,
    requests,
    identity,
    now,
  })
}
