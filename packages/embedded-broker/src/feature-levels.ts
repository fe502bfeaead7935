import { invalidOption } from './require-option.js'

/** The feature that says how transactions are spoken: 0 and 1 as before Kafka 4, 2 by KIP-890. */
export const transactionVersion = 'transaction.version'

/** The highest level of `transaction.version` that the brokers support. */
export const highestTransactionVersion = 2

/** Levels are numbers of 16 bits. */
const highestLevel = 32_767

/** @throws KafkaError INVALID_OPTION when it is no level, or none of `transaction.version`. */
export function requireFeatureLevel(name: string, level: number): void {
  const highest = name === transactionVersion ? highestTransactionVersion : highestLevel
  if (Number.isInteger(level) && level >= 0 && level <= highest) return
  throw invalidOption(
    `finalizedFeatures.${name} must be a level from 0 to ${highest}, not ${level}`,
  )
}
