import { invalidOption } from './invalid.js'

/** Checks options of different stages against each other. @throws KafkaError INVALID_OPTION */
export function checkTimeouts(
  deliveryTimeoutMs: number,
  lingerMs: number,
  requestTimeoutMs: number,
): void {
  if (deliveryTimeoutMs >= lingerMs + requestTimeoutMs) return
  throw invalidOption(
    `deliveryTimeoutMs (${deliveryTimeoutMs}) is below lingerMs + requestTimeoutMs (${lingerMs} + ${requestTimeoutMs}): ` +
      'raise deliveryTimeoutMs or lower requestTimeoutMs',
  )
}

/** Checks options of different stages against each other. @throws KafkaError INVALID_OPTION */
export function checkSizes(batchBytes: number, maxRequestBytes: number): void {
  if (batchBytes <= maxRequestBytes) return
  throw invalidOption(
    `batchBytes (${batchBytes}) is above maxRequestBytes (${maxRequestBytes}): ` +
      'no full batch would fit in a request; lower batchBytes or raise maxRequestBytes',
  )
}
