import type { NetworkClient } from '@sluice/network'
import type { ResolvedSenderOptions } from '../options.js'
import type { Epochs } from '../producer-id/epochs.js'
import type { SenderRuntime } from '../runtime.js'
import { Coordinators } from './coordinators.js'
import { ProducerIdentity } from './producer-identity.js'
import { TransactionManager, type TransactionManagerDeps } from './transaction-manager.js'
import { TransactionRequests, type TransactionVersion } from './transaction-requests.js'
import { TransactionalEpochs } from './transactional-epochs.js'

/** The feature that says by which rules transactions go (KIP-890). Versions of requests that brokers know say nothing of it. */
const featureName = 'transaction.version'

/** What a transactional send loop works with. */
export interface TransactionParts {
  readonly manager: TransactionManager
  readonly epochs: Epochs
}

/** What transactions need of their send loop. */
export type LoopOfTransactions = Pick<
  TransactionManagerDeps,
  'wake' | 'hasInFlight' | 'failQueued' | 'turn'
>

/** All the code of transactions, in one file that is loaded late. */
export function makeTransactions(
  transactionalId: string,
  network: NetworkClient,
  options: ResolvedSenderOptions,
  runtime: SenderRuntime,
  loop: LoopOfTransactions,
): TransactionParts {
  const { transactionTimeoutMs } = options
  const coordinators = new Coordinators(network, options, runtime, loop.wake)
  const ofTransactions = { transactionalId, transactionTimeoutMs }
  const requests = new TransactionRequests({ ...ofTransactions, coordinators })
  const clusterVersion = (): TransactionVersion =>
    (network.metadata.features.get(featureName) ?? 0) >= 2 ? 2 : 1
  const identity = new ProducerIdentity({ ...ofTransactions, requests, clusterVersion })
  const now = (): number => runtime.now()
  const manager = new TransactionManager({
    ...ofTransactions,
    ...loop,
    coordinators,
    requests,
    identity,
    now,
  })
  return { manager, epochs: new TransactionalEpochs(manager) }
}
