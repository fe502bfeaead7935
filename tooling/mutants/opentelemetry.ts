import type { Mutant } from './mutant.js'

const source = 'packages/opentelemetry/src'
const tests = 'packages/opentelemetry/test'

export const opentelemetryMutants: readonly Mutant[] = [
  {
    name: 'headers of an earlier context are known in one letter case alone',
    file: `${source}/context-headers.ts`,
    find: 'return name.toLowerCase()',
    replace: 'return name',
    killedBy: {
      file: `${tests}/context-headers.test.ts`,
      title: 'as pairs in other letter cases, leaves with the newest alone',
    },
    why: 'spring-kafka 3786: a forwarded record has several traceparent headers.',
  },
  {
    name: 'headers of an earlier context stay where nothing takes their place',
    file: `${source}/context-headers.ts`,
    find: '[...this.#injector.fields(), ...fields.keys()]',
    replace: '[...fields.keys()]',
    killedBy: {
      file: `${tests}/context-headers.test.ts`,
      title: 'leaves without the baggage of then, where the caller has none',
    },
    why: 'A record would carry the tracestate or the baggage of another trace.',
  },
  {
    name: 'a record that could not be read has no span',
    file: `${source}/tracing.ts`,
    find: 'endSpan(state.span ?? this.#start({ topic }), acknowledgement)',
    replace: 'if (state.span !== undefined) endSpan(state.span, acknowledgement)',
    killedBy: {
      file: `${tests}/tracing.test.ts`,
      title: 'that could not even be read begins where the record was refused',
    },
    why: 'opentelemetry-java-instrumentation 9763: failures end elsewhere than successes.',
  },
  {
    name: 'a key is in the span without being asked for',
    file: `${source}/span-attributes.ts`,
    find: "if (recordKeys && typeof key === 'string')",
    replace: "if (typeof key === 'string')",
    killedBy: { file: `${tests}/privacy.test.ts`, title: 'nothing of a key, a value or a header' },
    why: 'Keys are often personal data.',
  },
  {
    name: 'a failure puts the text of its error into the span',
    file: `${source}/record-span.ts`,
    find: 'span.setStatus({ code: SpanStatusCode.ERROR })',
    replace: 'span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })',
    killedBy: { file: `${tests}/privacy.test.ts`, title: 'nothing of a key, a value or a header' },
    why: 'The text may quote a header, or what a plug-in has said of the record.',
  },
  {
    name: 'a record that was refused at the call counts as sent',
    file: `${source}/client-metrics.ts`,
    find: "return attempts > 0 || persisted !== 'no'",
    replace: 'return true',
    killedBy: {
      file: `${tests}/client-metrics.test.ts`,
      title: 'counts what was sent, and what failed after it was',
    },
    why: 'The conventions forbid to count messages that were not sent.',
  },
  {
    name: 'a closed producer ends while the SDK goes through its callbacks',
    file: `${source}/observed-producer/observe-producer.ts`,
    find: 'queueMicrotask(() => this.end())',
    replace: 'this.end()',
    killedBy: {
      file: `${tests}/observe-producer.test.ts`,
      title: 'do not disturb each other when one is closed',
    },
    why: 'The figures of the next producer would be missing in that collection.',
  },
]
