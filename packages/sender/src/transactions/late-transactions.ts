import { codeNotLoaded } from '@sluice/protocol'
import type { makeTransactions } from './make-transactions.js'

export type TransactionCode = typeof makeTransactions

let loaded: TransactionCode | null = null

/** The code of transactions; null where no sender of this process has loaded it yet. */
export function loadedTransactions(): TransactionCode | null {
  return loaded
}

/** @throws KafkaError INVALID_OPTION where its file cannot be loaded */
export async function loadTransactions(): Promise<TransactionCode> {
  try {
    const code = await import('./make-transactions.js')
    return (loaded = code.makeTransactions)
  } catch (error) {
    throw codeNotLoaded('transactionalId', 'the code of transactions', '@sluice/sender', error)
  }
}
