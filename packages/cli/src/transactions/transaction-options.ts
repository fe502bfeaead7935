import type { Command } from 'commander'
import { wholeNumber } from '../command-line/values.js'

/** What the options of transactions have become. */
export interface TransactionValues {
  readonly transactionalId?: string
  readonly transactionRecords?: number
  readonly transactionMs?: number
  readonly transactionTimeoutMs?: number
}

/** Adds the options of every command that can send in transactions. */
export function addTransactionOptions(command: Command): void {
  command
    .optionsGroup('Transactions:')
    .option(
      '--transactional-id <id>',
      'sends in transactions; another id for each that runs at once',
    )
    .option('--transaction-records <n>', 'commits after so many records (10000)', wholeNumber(1))
    .option('--transaction-ms <ms>', 'or so long after the first of them (1000)', wholeNumber(1))
    .option('--transaction-timeout-ms <ms>', 'when the cluster aborts one (60000)', wholeNumber(1))
}
