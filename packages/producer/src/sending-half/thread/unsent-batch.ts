import type { SealedBatch, ToFront } from '@sluice/accumulator'
import { describeError, type KafkaError } from '@sluice/protocol'

/** What the front hears of a batch that ends, with this error, before any of it was sent. */
export function unsentBatch(batch: SealedBatch, error: KafkaError): ToFront[] {
  const { id, topic, partition, count, buffer } = batch
  const failure = { ...describeError(error), topic, partition, persisted: 'no' } as const
  const none = { baseOffset: -1n, logAppendTime: -1 }
  return [
    { type: 'settled', batch: id, first: 0, count, failure, ...none },
    { type: 'released', batch: id, buffer },
  ]
}
