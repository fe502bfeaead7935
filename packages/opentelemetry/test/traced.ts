import { context, type Context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core'
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll } from 'vitest'

/** What most programs register: the propagators of W3C. */
export const w3c = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
})

/** An SDK of traces that keeps the spans that have ended. It is not registered as the global one. */
export class TracesInMemory {
  readonly exporter = new InMemorySpanExporter()
  readonly tracerProvider: BasicTracerProvider

  constructor(sampler: Sampler = new AlwaysOnSampler()) {
    const spanProcessors = [new SimpleSpanProcessor(this.exporter)]
    this.tracerProvider = new BasicTracerProvider({ sampler, spanProcessors })
  }

  /** In the order of their ends. */
  get spans(): ReadableSpan[] {
    return this.exporter.getFinishedSpans()
  }

  /** Runs the work in a span of its own, which a caller has while it sends. @returns the id of that span */
  async inSpan(name: string, work: () => unknown): Promise<string> {
    const span = this.tracerProvider.getTracer('caller').startSpan(name)
    await context.with(trace.setSpan(context.active(), span), work)
    span.end()
    return span.spanContext().spanId
  }
}

/** The context of a caller follows its promises, as with an SDK for Node. */
export function followContexts(): void {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  })
  afterAll(() => context.disable())
}

/** The active context with one entry of baggage. */
export function withBaggage(name: string, value: string): Context {
  return propagation.setBaggage(context.active(), propagation.createBaggage({ [name]: { value } }))
}

/** The `traceparent` of a span, as W3C Trace Context writes it. */
export function traceparentOf(span: ReadableSpan | undefined): string {
  const { traceId, spanId, traceFlags } = span!.spanContext()
  return `00-${traceId}-${spanId}-0${traceFlags}`
}
