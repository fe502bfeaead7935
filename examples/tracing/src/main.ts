import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  BasicTracerProvider,
  ConsoleSpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { tracing } from '@sluice/opentelemetry'
import { createProducer } from '@sluice/producer'

// What `new NodeSDK({ … }).start()` of @opentelemetry/sdk-node does, with an exporter that prints.
const spanProcessors = [new SimpleSpanProcessor(new ConsoleSpanExporter())]
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }))
propagation.setGlobalPropagator(new W3CTraceContextPropagator())
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

const producer = createProducer({
  bootstrapServers: ['localhost:9092'],
  clientId: 'orders',
  interceptors: [tracing({ clientId: 'orders' })],
})

// What the instrumentation of your web server does with each request.
await trace.getTracer('shop').startActiveSpan('POST /orders', async (span) => {
  await producer.send({ topic: 'orders', key: 'o-17', value: 'paid' })
  span.end()
})
await producer.close()
