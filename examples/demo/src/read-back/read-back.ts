import type { Address } from './broker-connection.js'
import { type Offsets, type TopicLog, TopicReader } from './topic-reader.js'
import { withRetries } from './with-retries.js'

/** A topic, and brokers that know where it is. */
export interface TopicPlace {
  readonly topic: string
  readonly seeds: readonly Address[]
}

/** The offsets at which the topic ends now. */
export function readEnds({ topic, seeds }: TopicPlace, signal: AbortSignal): Promise<Offsets> {
  return withRetries(async () => {
    using reader = await TopicReader.open(seeds, topic, signal)
    return await reader.endOffsets()
  }, signal)
}

/** All batches behind these offsets. Brokers may have gone meanwhile, so it opens new connections. */
export function readSince(
  { topic, seeds }: TopicPlace,
  starts: Offsets,
  signal: AbortSignal,
): Promise<TopicLog> {
  return withRetries(async () => {
    using reader = await TopicReader.open(seeds, topic, signal)
    return await reader.readSince(starts)
  }, signal)
}
