import { context, type Span, SpanKind, trace, type Tracer } from '@opentelemetry/api'
import type {
  InterceptedRecord,
  ProducerInterceptor,
  ProducerRecord,
  RecordAcknowledgement,
} from '@sluice/producer'
import { ContextHeaders } from './context-headers.js'
import { endSpan } from './record-span.js'
import { scope } from './scope.js'
import { attributesAtStart, spanName } from './span-attributes.js'
import { checkedTracingOptions, type TracingOptions } from './tracing-options.js'

/** What tracing keeps of a record until its end is known. */
interface TracedRecord {
  /** The span of the record. It may be one that is not recorded. */
  span: Span
}

/**
 * Traces each record by the semantic conventions of OpenTelemetry for messaging and Kafka, version 1.43.0: a span
 * `send {topic}` of the kind PRODUCER, whose parent is the context of the caller. It lasts from the call until the end of the
 * record is known, and a failure is in `error.type`, as the code of the `KafkaError`. The context of the span goes into
 * the headers, in the place of an earlier one.
 *
 * No key, value or header is in a span, but for the option that says so. A record that is not sampled carries its context,
 * too, and costs no more than that. Without an SDK records are sent as they are.
 *
 * @returns an interceptor, for the option `interceptors`. Several producers may share it.
 * @throws KafkaError INVALID_OPTION for an option of the wrong type, or one that is unknown
 */
export function tracing(options: TracingOptions = {}): ProducerInterceptor {
  return new Tracing(checkedTracingOptions(options))
}

class Tracing implements ProducerInterceptor<TracedRecord> {
  readonly #options: TracingOptions
  readonly #tracer: Tracer
  readonly #headers: ContextHeaders

  constructor(options: TracingOptions) {
    const { tracerProvider = trace.getTracerProvider(), propagator } = options
    this.#options = options
    this.#tracer = tracerProvider.getTracer(scope.name, scope.version, scope.options)
    this.#headers = new ContextHeaders(propagator)
  }

  onSend(
    record: InterceptedRecord,
    state: Partial<TracedRecord>,
  ): ProducerRecord<unknown, unknown> {
    const span = this.#start(record)
    state.span = span
    return this.#headers.injected(record, trace.setSpan(context.active(), span))
  }

  /** A record that could not be read was not shown to `onSend`, and its span begins here. */
  onAcknowledgement(acknowledgement: RecordAcknowledgement, state: Partial<TracedRecord>): void {
    const { topic } = acknowledgement
    endSpan(state.span ?? this.#start({ topic }), acknowledgement)
  }

  #start(record: Pick<InterceptedRecord, 'topic'> & Partial<InterceptedRecord>): Span {
    const attributes = attributesAtStart(record, this.#options)
    return this.#tracer.startSpan(spanName(record), { kind: SpanKind.PRODUCER, attributes })
  }
}
