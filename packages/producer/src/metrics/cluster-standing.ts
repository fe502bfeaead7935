import { slot } from './measures/broker-slot.js'
import { type SendingMeasures, total } from './measures/sending-measures.js'
import type { ClusterStanding } from './producer-meter.js'

/** Reads what is known of the brokers at this time, in monotonic milliseconds. */
export function clusterStanding(sending: SendingMeasures, now: number): ClusterStanding {
  const { totals, failure } = sending
  const age = sending.metadataAgeMs(now)
  return {
    connectedBrokers: connectedBrokers(sending, now),
    wasConnected: totals[total.wasConnected] === 1,
    failure: totals[total.connectedBrokers] === 0 ? failure : null,
    answeredAt: totals[total.answeredAt]!,
    ...(age !== undefined && { metadataAgeMs: age }),
  }
}

function connectedBrokers({ brokers }: SendingMeasures, now: number): number[] {
  const connected = brokers.inUse(now).filter(({ cells }) => cells[slot.connections]! > 0)
  return connected.map(({ id }) => id).sort((a, b) => a - b)
}
