import { arrayOf, from, int16, int32, message, string, struct } from '@sluice/protocol/schema'

/**
 * ListGroups: the groups that a broker coordinates.
 *
 * Request: 3 is flexible. 4 asks for states (KIP-518), 5 for types (KIP-848).
 * Response: 1 adds the throttle time; from 2 on brokers answer before they throttle. 4 adds the state, 5 the type.
 */
export const listGroupsApi = {
  key: 16,
  name: 'ListGroups',
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 3,
  throttledFrom: 2,
  request: message(() => ({
    statesFilter: from(4, arrayOf(string)),
    typesFilter: from(5, arrayOf(string)),
  })),
  response: message(() => ({
    throttleTimeMs: from(1, int32),
    errorCode: int16,
    groups: arrayOf(
      struct({
        groupId: string,
        protocolType: string,
        groupState: from(4, string),
        groupType: from(5, string),
      }),
    ),
  })),
} as const
