import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ChannelMessages } from '@sluice/producer'

type Batch = ChannelMessages['sluice:batch']
type Failure = ChannelMessages['sluice:error']

/**
 * Tells of slow batches and of failed records of every producer in this process, also of those that a library has made.
 *
 * @param report - takes a line of text
 * @param slowMs - an attempt of a batch that takes as long is slow, in milliseconds
 * @returns ends it: from then on the channels cost nothing again
 */
export function watchProducers(report: (line: string) => void, slowMs = 1_000): () => void {
  const onBatch = (message: unknown): void => {
    const { producer, topic, partition, records, durationMs } = message as Batch
    if (durationMs < slowMs) return
    report(`producer ${producer}: ${records} records to ${topic}-${partition}, ${durationMs} ms`)
  }
  const onFailure = (message: unknown): void => {
    const { producer, topic, records, errorCode, persisted } = message as Failure
    report(`producer ${producer}: ${records} of ${topic}: ${errorCode}, persisted: ${persisted}`)
  }
  subscribe('sluice:batch', onBatch)
  subscribe('sluice:error', onFailure)
  return () => {
    unsubscribe('sluice:batch', onBatch)
    unsubscribe('sluice:error', onFailure)
  }
}
