import type { KafkaError, RecordMetadata } from '@sluice/protocol'
import { invalidArgument, typeName } from '../invalid.js'

/** Called once for each record, in the order of its partition: with the error, or with the metadata. What it throws is logged;
 * a rejection of a promise that it gives is logged once for each function. */
export type DeliveryCallback<C> = (
  error: KafkaError | null,
  metadata: RecordMetadata | null,
  context: C,
) => void

/** @throws KafkaError INVALID_ARGUMENT */
export function checkCallback(onDelivery: unknown): void {
  if (onDelivery !== undefined && typeof onDelivery !== 'function')
    throw invalidArgument(`onDelivery is ${typeName(onDelivery)}; give a function`)
}
