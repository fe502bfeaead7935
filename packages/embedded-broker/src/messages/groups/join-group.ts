import {
  arrayOf,
  bool,
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
 * JoinGroup: a member enters a group, or a rebalance of it, and waits until all have done so.
 *
 * Request: 1 adds the rebalance time-out, for which the session time-out stands before. 4 answers MEMBER_ID_REQUIRED to a
 * new member, which comes again with the id that it was given (KIP-394). 5 adds static members (KIP-345). 6 is flexible.
 * 8 adds the reason (KIP-800).
 * Response: 2 adds the throttle time; from 3 on brokers answer before they throttle. 7 adds the protocol type (KIP-559),
 * 9 tells a static leader that came back to keep the assignment.
 */
export const joinGroupApi = {
  key: 11,
  name: 'JoinGroup',
  minVersion: 0,
  maxVersion: 9,
  flexibleFrom: 6,
  throttledFrom: 3,
  request: message(() => ({
    groupId: string,
    sessionTimeoutMs: int32,
    rebalanceTimeoutMs: from(1, int32, -1),
    memberId: string,
    groupInstanceId: from(5, nullable(string)),
    protocolType: string,
    protocols: arrayOf(struct({ name: string, metadata: bytes })),
    reason: from(8, nullable(string)),
  })),
  response: message(() => ({
    throttleTimeMs: from(2, int32),
    errorCode: int16,
    generationId: from(0, int32, -1),
    protocolType: from(7, nullable(string)),
    protocolName: from(0, nullable(string, 7)),
    leader: string,
    skipAssignment: from(9, bool),
    memberId: string,
    members: arrayOf(
      struct({ memberId: string, groupInstanceId: from(5, nullable(string)), metadata: bytes }),
    ),
  })),
} as const
