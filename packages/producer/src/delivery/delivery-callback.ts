import type { KafkaError, RecordMetadata } from '@sluice/protocol'

/** Called once for each record, in the order of its partition: with the error, or with the metadata. What it throws is logged;
 * a rejection of a promise that it gives is logged once for each function. */
export type DeliveryCallback<C> = (
  error: KafkaError | null,
  metadata: RecordMetadata | null,
  context: C,
) => void
