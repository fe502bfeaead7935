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
 * DescribeGroups: the state of groups and their members.
 *
 * Request: 3 can ask for the authorized operations. 5 is flexible.
 * Response: 1 adds the throttle time; from 2 on brokers answer before they throttle. 3 adds the authorized operations, 4 the
 * instance ids. From 6 on a group that is not there is GROUP_ID_NOT_FOUND, with a message (KIP-1043).
 */
export const describeGroupsApi = {
  key: 15,
  name: 'DescribeGroups',
  minVersion: 0,
  maxVersion: 6,
  flexibleFrom: 5,
  throttledFrom: 2,
  request: message(() => ({ groups: arrayOf(string), includeAuthorizedOperations: from(3, bool) })),
  response: message(() => ({
    throttleTimeMs: from(1, int32),
    groups: arrayOf(
      struct({
        errorCode: int16,
        errorMessage: from(6, nullable(string)),
        groupId: string,
        groupState: string,
        protocolType: string,
        protocolData: string,
        members: arrayOf(
          struct({
            memberId: string,
            groupInstanceId: from(4, nullable(string)),
            clientId: string,
            clientHost: string,
            memberMetadata: bytes,
            memberAssignment: bytes,
          }),
        ),
        authorizedOperations: from(3, int32, -2147483648),
      }),
    ),
  })),
} as const
