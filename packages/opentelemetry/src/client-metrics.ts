import { performance } from 'node:perf_hooks'
import type { Attributes } from '@opentelemetry/api'
import type {
  InterceptedRecord,
  ProducerInterceptor,
  RecordAcknowledgement,
} from '@sluice/producer'
import { CurrentClientInstruments } from './client-instruments.js'
import { checkedClientMetricsOptions, type ClientMetricsOptions } from './client-metrics-options.js'
import { attribute, operation, system } from './conventions.js'

interface MeasuredRecord {
  /** When the record was handed over, in ms. */
  began: number
}

/**
 * Measures each record by the semantic conventions of OpenTelemetry for messaging, version 1.43.0: the histogram
 * `messaging.client.operation.duration`, in seconds from the call until the end of the record is known, and the counter
 * `messaging.client.sent.messages` of records that were sent at least once. Both are by topic, and by `error.type` where the record
 * has failed. All producers of a process share them.
 *
 * @returns an interceptor, for the option `interceptors`. Several producers may share it.
 * @throws KafkaError INVALID_OPTION for an option of the wrong type, or one that is unknown
 */
export function clientMetrics(options: ClientMetricsOptions = {}): ProducerInterceptor {
  return new ClientMetrics(checkedClientMetricsOptions(options))
}

class ClientMetrics implements ProducerInterceptor<MeasuredRecord> {
  readonly #now: () => number
  readonly #instruments: CurrentClientInstruments

  constructor({ now = () => performance.now(), meterProvider }: ClientMetricsOptions) {
    this.#now = now
    this.#instruments = new CurrentClientInstruments(meterProvider)
  }

  onSend(record: InterceptedRecord, state: Partial<MeasuredRecord>): InterceptedRecord {
    state.began = this.#now()
    return record
  }

  /** A record that could not be read was not shown to `onSend`: it was refused in no time. */
  onAcknowledgement(end: RecordAcknowledgement, { began }: Partial<MeasuredRecord>): void {
    const { sentMessages, operationDuration } = this.#instruments.get()
    const attributes = attributesOf(end)
    const ms = began === undefined ? 0 : this.#now() - began
    operationDuration.record(ms / 1_000, attributes)
    if (wasSent(end)) sentMessages.add(1, attributes)
  }
}

/** Without the partition: series of each partition would be more than an SDK keeps. */
function attributesOf({ topic, error }: RecordAcknowledgement): Attributes {
  const attributes: Attributes = {
    [attribute.system]: system,
    [attribute.operationName]: operation,
    [attribute.operationType]: operation,
  }
  // What is no legal name may be any text, and each would be a series of its own.
  if (topic !== '' && error?.code !== 'INVALID_TOPIC_EXCEPTION')
    attributes[attribute.destinationName] = topic
  if (error !== null) attributes[attribute.errorType] = error.code
  return attributes
}

/** The counter is of messages that were sent, whatever became of them. Other failures have come before the first attempt. */
function wasSent({ error }: RecordAcknowledgement): boolean {
  if (error === null) return true
  const { attempts = 0, persisted = 'no' } = error
  return attempts > 0 || persisted !== 'no'
}
