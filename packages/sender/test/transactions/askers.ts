import type { CoordinatorApi, CoordinatorCall } from '../coordinator-call.js'
import type { TransactionWorld } from '../transaction-world.js'

/** Something that makes the sender send a request of this API in an open transaction that holds a record. */
export const askers = {
  AddPartitionsToTxn: (world: TransactionWorld) => world.sendAll(1, ['asked']),
  AddOffsetsToTxn: (world: TransactionWorld) => world.sendOffsets(),
  TxnOffsetCommit: (world: TransactionWorld) => world.sendOffsets(),
  FindCoordinator: (world: TransactionWorld) => world.sendOffsets(),
} as const satisfies Partial<Record<CoordinatorApi, unknown>>

export type Asker = keyof typeof askers

export const apis = ['AddPartitionsToTxn', 'AddOffsetsToTxn', 'TxnOffsetCommit'] as const

/** All pairs of an API and a code. */
export function pairs<Code extends string>(
  of: readonly Asker[],
  codes: readonly Code[],
): [api: Asker, code: Code][] {
  return of.flatMap((api) => codes.map((code): [Asker, Code] => [api, code]))
}

/** The requests of this API so far. */
export const asked = (world: TransactionWorld, api: CoordinatorApi): CoordinatorCall[] =>
  world.network.coordinatorCalls.filter((call) => call.api === api)
