import { KafkaError } from '@sluice/protocol'
import type { ChannelSource, ErrorMessage } from './channel-messages.js'
import { channels } from './channels.js'
import { isPublishing, publishSoon } from './publish.js'

/** Publishes the failures that callers are told of. It may be called in the middle of a settlement. */
export function errorChannel(source: ChannelSource): (error: unknown, records: number) => void {
  return (error, records) => {
    if (!channels.error.hasSubscribers || isPublishing()) return
    publishSoon(channels.error, { ...source, ...described(error), records } satisfies ErrorMessage)
  }
}

function described(error: unknown): Omit<ErrorMessage, keyof ChannelSource | 'records'> {
  const { code, topic, partition, persisted, fatal }: Partial<KafkaError> =
    error instanceof KafkaError ? error : {}
  return {
    errorCode: code ?? 'UNKNOWN_SERVER_ERROR',
    topic: topic ?? null,
    partition: partition ?? null,
    persisted: persisted ?? null,
    fatal: fatal ?? false,
  }
}
