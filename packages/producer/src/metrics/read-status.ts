import type { FrontFigures } from '@sluice/accumulator'
import type { KafkaError } from '@sluice/protocol'
import type { ClusterStanding } from './producer-meter.js'
import type { ProducerStatus } from './producer-status.js'
import { oldestPendingMs } from './read-metrics.js'

/** Brokers that have answered nothing for so long, while something waits for them, do not serve. */
const unansweredMs = 5_000

/** What the status is read from. */
export interface StatusSources {
  readonly closed: boolean
  /** The error that has ended the producer; null where there is none. */
  readonly fatal: KafkaError | null
  readonly front: FrontFigures
  readonly standing: ClusterStanding
  /** In monotonic milliseconds, as the stages know them. */
  readonly now: number
}

/** Judges whether the producer can deliver at this moment. */
export function readStatus(sources: StatusSources): ProducerStatus {
  const { front, standing, fatal, now } = sources
  const { connectedBrokers, metadataAgeMs } = standing
  const reason = reasonOf(sources)
  const oldest = oldestPendingMs(front, now)
  return {
    ready: reason === 'ready',
    reason,
    message: messages[reason](sources),
    connectedBrokers,
    ...(metadataAgeMs !== undefined && { metadataAgeMs }),
    ...(oldest !== undefined && { oldestPendingMs: oldest }),
    ...(reason === 'fatal' && fatal !== null && { error: fatal }),
  }
}

function reasonOf(sources: StatusSources): ProducerStatus['reason'] {
  const { closed, fatal, standing } = sources
  if (closed) return 'closed'
  if (fatal !== null) return 'fatal'
  if (standing.failure !== null) return 'disconnected'
  if (!standing.wasConnected) return 'notConnected'
  return silentMs(sources) > unansweredMs ? 'unanswered' : 'ready'
}

/** For how long no broker has answered, while a batch is to be sent or a record waits. A batch that lingers waits for no broker. */
function silentMs({ front, standing, now }: StatusSources): number {
  const since = Math.min(front.waitingSince ?? Infinity, front.sealedSince ?? Infinity)
  return now - Math.max(since, standing.answeredAt)
}

const messages: Record<ProducerStatus['reason'], (sources: StatusSources) => string> = {
  ready: () => 'records can be delivered',
  notConnected: () => 'no broker was ever connected; call connect() when the service starts',
  disconnected: ({ standing: { failure } }) =>
    `no broker is connected, and the last connection failed with ${failure}; it is tried again while records wait, and by connect()`,
  unanswered: (sources) =>
    `no broker has answered for ${Math.floor(silentMs(sources))} ms, and records wait for that`,
  fatal: ({ fatal }) =>
    `the producer can do nothing more; close it, and create another one: ${fatal?.message}`,
  closed: () => 'the producer is closed; create another one',
}
