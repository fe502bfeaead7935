import type { ChannelSource } from './channel-messages.js'

/** The ES module and the CommonJS build may both be loaded in one process, and share the channels: so they count together. */
const key = Symbol.for('@sluice/producer/channel-sources')
const shared: typeof globalThis & { [key]?: number } = globalThis

/** The source of the messages of one more producer. */
export function nextChannelSource(clientId = 'sluice'): ChannelSource {
  const producer = (shared[key] ?? 0) + 1
  shared[key] = producer
  return { clientId, producer }
}
