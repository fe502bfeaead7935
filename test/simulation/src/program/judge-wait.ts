import type { ProducerMetrics } from '@sluice/producer'
import type { Entry } from './ledger.js'

/**
 * Whether a record has waited for memory in vain although there was room for every record of the run, so also for those before
 * it. `sendMany` tells later, and what is free by then says nothing. Those of partitions that do not answer may have to wait although there is room.
 */
export function judgeWait(
  { id, error, sentAt, settledAt }: Pick<Entry, 'id' | 'error' | 'sentAt' | 'settledAt'>,
  { bufferAvailableBytes }: Pick<ProducerMetrics, 'bufferAvailableBytes'>,
  { maxBlockMs, roomBytes }: { readonly maxBlockMs: number; readonly roomBytes: number },
): string[] {
  const isWait = error?.code === 'BUFFER_FULL' && error.message.includes(' ms; send less')
  const isTold = settledAt - sentAt <= maxBlockMs + 1
  if (!isWait || !isTold || bufferAvailableBytes < roomBytes) return []
  return [`record ${id} waited for memory in vain, and ${bufferAvailableBytes} bytes are free`]
}
