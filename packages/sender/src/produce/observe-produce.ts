import type { Answer } from '@sluice/network'
import type { SenderRuntime } from '../runtime.js'
import type { ProduceResponse, SentRequest } from './request.js'

/** Tells the observer that a request is handed to its connection. Makes nothing where there is no observer of requests. */
export function observeProduce(
  { observer }: Pick<SenderRuntime, 'observer'>,
  { node, batches }: SentRequest,
  id: number,
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
  observer.produce({ id, node, at, records, batchBytes, queueMs })
}

/** Tells the observer that a request has ended. Makes nothing where there is no observer of that. */
export function observeProduced(
  { observer, now }: Pick<SenderRuntime, 'observer' | 'now'>,
  { node, batches }: SentRequest,
  id: number,
  { error }: Answer<ProduceResponse>,
): void {
  if (observer?.produced === undefined) return
  const at = now()
  const durationMs = at - batches[0]!.attempt.at
  observer.produced({ id, node, at, durationMs, errorCode: error === null ? null : error.code })
}
