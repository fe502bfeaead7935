import type { Channel, TracingChannel } from 'node:diagnostics_channel'
import { type ErrorCode, inMicrotask } from '@sluice/protocol'
import { inOwnContext } from '../own-context.js'
import type { ChannelFailure } from './channel-messages.js'

/** What all contexts have in common. */
export interface TraceContext {
  error?: ChannelFailure
}

let depth = 0

/**
 * Whether subscribers are being called now. What they send and what is refused to them meanwhile is not told of: a subscriber that sends
 * would be called for its own record, and so on for ever.
 */
export function isPublishing(): boolean {
  return depth > 0
}

/** Calls the subscribers now. An error of theirs is no matter of the producer: Node makes an uncaught exception of it, later. */
export function publish(channel: Channel, message: object): void {
  publishing(() => channel.publish(message))
}

/** The same at the end of this task, in no caller's context: a stage tells in the middle of its work, and subscribers may use the producer. */
export function publishSoon(channel: Channel, message: object): void {
  soon(() => publish(channel, message))
}

/** Runs what publishes, at the end of this task and in no caller's context. */
export function soon(run: () => void): void {
  inOwnContext(inMicrotask, run)
}

/** Begins a trace in the context of the caller, as `tracePromise` of Node does. Nothing runs in the stores that subscribers have bound. */
export function beginTrace({ start, end }: TracingChannel, context: TraceContext): void {
  publishing(() => {
    start.runStores(context, () => {})
    end.publish(context)
  })
}

/** Ends a trace. */
export function endTrace(
  trace: TracingChannel,
  context: TraceContext,
  code: ErrorCode | null,
): void {
  publishing(() => {
    if (code !== null) {
      context.error = { name: 'KafkaError', code, message: code }
      trace.error.publish(context)
    }
    trace.asyncStart.runStores(context, () => trace.asyncEnd.publish(context))
  })
}

function publishing(run: () => void): void {
  depth++
  try {
    run()
  } finally {
    depth--
  }
}
