'use strict'

/* OpenTelemetry before kafkajs is loaded, as its guide says. Prints the spans of one send and its reading, and where they hang. */
const { context, propagation, trace } = require('@opentelemetry/api')
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks')
const { W3CTraceContextPropagator } = require('@opentelemetry/core')
const { registerInstrumentations } = require('@opentelemetry/instrumentation')
const { KafkaJsInstrumentation } = require('@opentelemetry/instrumentation-kafkajs')
const {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} = require('@opentelemetry/sdk-trace-base')

const exporter = new InMemorySpanExporter()
const tracerProvider = new BasicTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(exporter)],
})
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(new W3CTraceContextPropagator())
trace.setGlobalTracerProvider(tracerProvider)
registerInstrumentations({ tracerProvider, instrumentations: [new KafkaJsInstrumentation()] })

const { Kafka, logLevel } = require('kafkajs')

async function main() {
  const kafka = new Kafka({ brokers: [process.env.SLUICE_ADDRESS], logLevel: logLevel.ERROR })
  const producer = kafka.producer()
  const consumer = kafka.consumer({ groupId: 'traced' })
  await Promise.all([producer.connect(), consumer.connect()])
  const tracer = trace.getTracer('program')
  await tracer.startActiveSpan('request', async (span) => {
    await producer.send({ topic: 'traced', messages: [{ value: 'v' }] })
    span.end()
  })
  await consumer.subscribe({ topic: 'traced', fromBeginning: true })
  const header = await new Promise((resolve, reject) => {
    consumer
      .run({ eachMessage: async ({ message }) => resolve(String(message.headers.traceparent)) })
      .catch(reject)
  })
  await consumer.disconnect()
  await producer.disconnect()
  const spans = exporter.getFinishedSpans()
  const named = (name) => spans.filter((span) => span.name === name)
  const [[request], [send], [read]] = ['request', 'send traced', 'process traced'].map(named)
  const { traceId, spanId } = send.spanContext()
  console.log(
    JSON.stringify({
      sends: named('send traced').length,
      sendIsOfRequest: send.parentSpanContext.spanId === request.spanContext().spanId,
      headerIsOfSend: header === `00-${traceId}-${spanId}-01`,
      readIsOfSend:
        read.spanContext().traceId === traceId ||
        read.links.some((link) => link.context.traceId === traceId),
    }),
  )
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
