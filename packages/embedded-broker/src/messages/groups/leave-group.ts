import {
  arrayOf,
  from,
  int16,
  int32,
  message,
  nullable,
  string,
  struct,
  until,
} from '@sluice/protocol/schema'

/**
 * LeaveGroup: members leave a group.
 *
 * Request: 3 names many members, with their instance ids (KIP-345). 4 is flexible. 5 adds the reason (KIP-800).
 * Response: 1 adds the throttle time; from 2 on brokers answer before they throttle. 3 has an error for each member.
 */
export const leaveGroupApi = {
  key: 13,
  name: 'LeaveGroup',
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 4,
  throttledFrom: 2,
  request: message(() => ({
    groupId: string,
    memberId: until(2, string),
    members: from(
      3,
      arrayOf(
        struct({
          memberId: string,
          groupInstanceId: from(3, nullable(string)),
          reason: from(5, nullable(string)),
        }),
      ),
    ),
  })),
  response: message(() => ({
    throttleTimeMs: from(1, int32),
    errorCode: int16,
    members: from(
      3,
      arrayOf(
        struct({ memberId: string, groupInstanceId: from(3, nullable(string)), errorCode: int16 }),
      ),
    ),
  })),
} as const
