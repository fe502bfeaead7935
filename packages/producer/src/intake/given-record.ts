import type { ProducerRecord } from '@sluice/protocol'

/** A record as a caller gives it: its key and value may be for a serializer. */
export type GivenRecord = ProducerRecord<unknown, unknown>
