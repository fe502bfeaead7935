import { UsageError } from '../usage-error.js'
import type { SendingValues } from './sending-options.js'

/** The topic that all records go to. @throws UsageError where none is named */
export function namedTopic({ topic }: Pick<SendingValues, 'topic'>): string {
  if (topic === undefined) throw new UsageError('no topic is named; give --topic, or SLUICE_TOPIC')
  return topic
}
