import type { ProducerOptions } from '@sluice/producer'
import { optionOf } from '../command-line/option-names.js'
import type { SendingValues } from '../sending/sending-options.js'
import { UsageError } from '../usage-error.js'
import type { TransactionLimits } from './open-batch.js'
import type { TransactionValues } from './transaction-options.js'

const standardRecords = 10_000
const standardMs = 1000
const standardTimeoutMs = 60_000
const standardOutcomeMs = 120_000

/**
 * When transactions end, or null where there are none.
 *
 * @throws UsageError for options of transactions without an id, and for a time in which the cluster would abort each of them
 */
export function transactionLimitsOf(
  values: TransactionValues & Pick<SendingValues, 'acks' | 'deliveryTimeoutMs'>,
): TransactionLimits | null {
  if (values.transactionalId === undefined) {
    for (const name of ['transactionRecords', 'transactionMs', 'transactionTimeoutMs'] as const)
      if (values[name] !== undefined)
        throw new UsageError(`${optionOf(name)} needs --transactional-id, which names the sender`)
    return null
  }
  if (values.acks !== 'all')
    throw new UsageError(
      `--acks ${values.acks} is given with --transactional-id, which needs all; leave --acks out`,
    )
  const { transactionMs: ms = standardMs, transactionTimeoutMs = standardTimeoutMs } = values
  if (ms >= transactionTimeoutMs)
    throw new UsageError(
      `--transaction-ms (${ms}) is not below --transaction-timeout-ms (${transactionTimeoutMs}): the cluster would abort each transaction; lower the first or raise the second`,
    )
  return {
    records: values.transactionRecords ?? standardRecords,
    ms,
    outcomeMs: values.deliveryTimeoutMs ?? standardOutcomeMs,
  }
}

/** The options of a producer that sends in transactions; none where it does not. */
export function transactionOptionsOf({
  transactionalId,
  transactionTimeoutMs,
}: TransactionValues): Partial<ProducerOptions> {
  return {
    ...(transactionalId === undefined ? {} : { transactionalId }),
    ...(transactionTimeoutMs === undefined ? {} : { transactionTimeoutMs }),
  }
}
