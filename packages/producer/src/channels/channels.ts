import { channel, tracingChannel, type TracingChannel } from 'node:diagnostics_channel'
import type { ChannelContexts, ChannelMessages } from './channel-messages.js'

/** The channels. Node keeps a channel only as long as somebody holds it, so all are held here. */
export const channels = {
  send: channel('sluice:send' satisfies keyof ChannelMessages),
  batch: channel('sluice:batch' satisfies keyof ChannelMessages),
  request: channel('sluice:request' satisfies keyof ChannelMessages),
  connection: channel('sluice:connection' satisfies keyof ChannelMessages),
  metadata: channel('sluice:metadata' satisfies keyof ChannelMessages),
  transaction: channel('sluice:transaction' satisfies keyof ChannelMessages),
  error: channel('sluice:error' satisfies keyof ChannelMessages),
}

/** The tracing channels: five channels each. */
export const traces = {
  send: tracingChannel('sluice:send' satisfies keyof ChannelContexts),
  produce: tracingChannel('sluice:produce' satisfies keyof ChannelContexts),
  transaction: tracingChannel('sluice:transaction' satisfies keyof ChannelContexts),
}

/** Whether anybody listens to one of the five. The first Node 20 do not tell it of all five. */
export function isTraced({ start, end, asyncStart, asyncEnd, error }: TracingChannel): boolean {
  return (
    start.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers
  )
}
