import { type Span, SpanStatusCode } from '@opentelemetry/api'
import type { RecordAcknowledgement } from '@sluice/producer'
import { attribute } from './conventions.js'

/** Tells the span of a record how the record has ended, and ends it. The status of a success stays unset: so the conventions want it. */
export function endSpan(span: Span, acknowledgement: RecordAcknowledgement): void {
  if (span.isRecording()) describeEnd(span, acknowledgement)
  span.end()
}

/** The message of an error stays out: what a partitioner or a broker has said may be part of it. */
function describeEnd(span: Span, { partition, metadata, error }: RecordAcknowledgement): void {
  if (partition >= 0) span.setAttribute(attribute.partitionId, String(partition))
  // Without acknowledgements the broker gives no offset: it is −1.
  if (metadata !== null && metadata.offset >= 0n)
    span.setAttribute(attribute.offset, Number(metadata.offset))
  if (error === null) return
  span.setAttribute(attribute.errorType, error.code)
  span.setStatus({ code: SpanStatusCode.ERROR })
}
