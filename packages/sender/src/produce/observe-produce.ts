import type { SenderRuntime } from '../runtime.js'
import type { SentRequest } from './request.js'

/** Tells the observer that a request is handed to its connection. Makes nothing where there is no observer of requests. */
export function observeProduce(
  { observer }: Pick<SenderRuntime, 'observer'>,
  { node, batches }: SentRequest,
): void {
  if (observer?.produce === undefined) return
  const { at } = batches[0]!.attempt
  let records = 0
  const batchBytes: number[] = []
  const queueMs: number[] = []
  for (const { batch, attempts } of batches) {
    records += batch.count
    batchBytes.push(batch.payload.byteLength)
    // What a caller sends while the loop is at work may be newer than the time that the loop has read.
    if (attempts === 1) queueMs.push(Math.max(0, at - batch.since))
  }
  observer.produce({ node, at, records, batchBytes, queueMs })
}
