import { isBytes } from '@sluice/protocol'
import type { ChannelSource, SendContext, SendMessage } from '../channels/channel-messages.js'
import { channels, traces } from '../channels/channels.js'
import { beginTrace, endTrace, isPublishing, publish } from '../channels/publish.js'
import type {
  InterceptedRecord,
  ProducerInterceptor,
  RecordAcknowledgement,
} from './interceptor.js'

/** A property of its own for each record would cost a look-up more. */
const { send } = channels
const { start } = traces.send

/**
 * Whether anybody wants to hear of the record that is sent now. This is asked for each record, so it looks at two channels and not at
 * six: who follows records listens to their start.
 */
export function isSendListened(): boolean {
  return (send.hasSubscribers || start.hasSubscribers) && !isPublishing()
}

/** What is kept of a record until its end is known. */
interface ListenedRecord {
  context: SendContext
  began: number
}

/** Tells of each record, as an interceptor: so every record ends once, whatever ends it. */
export class SendChannel implements ProducerInterceptor<ListenedRecord> {
  readonly #source: ChannelSource
  readonly #now: () => number

  constructor(source: ChannelSource, now: () => number) {
    this.#source = source
    this.#now = now
  }

  onSend(record: InterceptedRecord, state: Partial<ListenedRecord>): InterceptedRecord {
    return withHeaders(record, this.#begin(record.topic, state).headers)
  }

  /** A record that could not be read was not shown to `onSend`, and begins here. */
  onAcknowledgement(acknowledgement: RecordAcknowledgement, state: Partial<ListenedRecord>): void {
    const { topic, partition, metadata, error } = acknowledgement
    const context = state.context ?? this.#begin(topic, state)
    const offset = metadata?.offset ?? -1n
    const errorCode = error?.code ?? null
    if (error === null) context.result = { partition, offset }
    endTrace(traces.send, context, errorCode)
    if (!channels.send.hasSubscribers) return
    const durationMs = this.#now() - state.began!
    publish(channels.send, {
      ...this.#source,
      topic,
      partition,
      offset,
      durationMs,
      errorCode,
    } satisfies SendMessage)
  }

  #begin(topic: string, state: Partial<ListenedRecord>): SendContext {
    const context: SendContext = { ...this.#source, topic, headers: {} }
    state.context = context
    state.began = this.#now()
    beginTrace(traces.send, context)
    return context
  }
}

/** What is neither text nor bytes is left out: no mistake of a subscriber may keep a record from being sent. */
function withHeaders(record: InterceptedRecord, added: SendContext['headers']): InterceptedRecord {
  const pairs = Object.entries(added).filter(
    ([, value]) => typeof value === 'string' || isBytes(value),
  )
  if (pairs.length === 0) return record
  const replaced = new Set(pairs.map(([name]) => name.toLowerCase()))
  const kept = record.headers.filter(([name]) => !replaced.has(name.toLowerCase()))
  return { ...record, headers: [...kept, ...pairs] }
}
