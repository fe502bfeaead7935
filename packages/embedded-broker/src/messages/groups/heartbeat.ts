import { from, int16, int32, message, nullable, string } from '@sluice/protocol/schema'

/**
 * Heartbeat: a member is alive, and hears of a rebalance.
 *
 * Request: 3 adds static members (KIP-345). 4 is flexible.
 * Response: 1 adds the throttle time; from 2 on brokers answer before they throttle.
 */
export const heartbeatApi = {
  key: 12,
  name: 'Heartbeat',
  minVersion: 0,
  maxVersion: 4,
  flexibleFrom: 4,
  throttledFrom: 2,
  request: message(() => ({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: from(3, nullable(string)),
  })),
  response: message(() => ({ throttleTimeMs: from(1, int32), errorCode: int16 })),
} as const
