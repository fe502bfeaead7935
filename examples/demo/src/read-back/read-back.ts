import type { Address } from './broker-connection.js'
import { patiently } from './patiently.js'
import { type Offsets, type TopicLog, TopicReader } from './topic-reader.js'

/** A topic, and brokers that know where it is. */
export interface TopicPlace {
  readonly topic: string
  readonly seeds: readonly Address[]
}

/** Where the topic ends now. */
export function readEnds({ topic, seeds }: TopicPlace, signal: AbortSignal): Promise<Offsets> {
  return patiently(async () => {
    using reader = await TopicReader.open(seeds, topic, signal)
    return await reader.endOffsets()
  }, signal)
}

/** All that came since. Brokers may have gone in between, so nothing is kept from before. */
export function readSince(
  { topic, seeds }: TopicPlace,
  starts: Offsets,
  signal: AbortSignal,
): Promise<TopicLog> {
  return patiently(async () => {
    using reader = await TopicReader.open(seeds, topic, signal)
    return await reader.readSince(starts)
  }, signal)
}
