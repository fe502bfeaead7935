import {
  arrayOf,
  bytes,
  from,
  int16,
  int32,
  message,
  nullable,
  string,
  struct,
} from '@sluice/protocol/schema'

/**
 * SyncGroup: the leader of a group says who gets what, and each member hears its part.
 *
 * Request: 3 adds static members (KIP-345). 4 is flexible. 5 adds the protocol (KIP-559).
 * Response: 1 adds the throttle time; from 2 on brokers answer before they throttle. 5 adds the protocol.
 */
export const syncGroupApi = {
  key: 14,
  name: 'SyncGroup',
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 4,
  throttledFrom: 2,
  request: message(() => ({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: from(3, nullable(string)),
    protocolType: from(5, nullable(string)),
    protocolName: from(5, nullable(string)),
    assignments: arrayOf(struct({ memberId: string, assignment: bytes })),
  })),
  response: message(() => ({
    throttleTimeMs: from(1, int32),
    errorCode: int16,
    protocolType: from(5, nullable(string)),
    protocolName: from(5, nullable(string)),
    assignment: bytes,
  })),
} as const
