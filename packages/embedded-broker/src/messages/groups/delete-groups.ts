import { arrayOf, from, int16, int32, message, string, struct } from '@sluice/protocol/schema'

/**
 * DeleteGroups: groups without members are deleted, with their offsets.
 *
 * Request: 2 is flexible. Response: from 1 on brokers answer before they throttle.
 */
export const deleteGroupsApi = {
  key: 42,
  name: 'DeleteGroups',
  minVersion: 0,
  maxVersion: 2,
  flexibleFrom: 2,
  throttledFrom: 1,
  request: message(() => ({ groupsNames: arrayOf(string) })),
  response: message(() => ({
    throttleTimeMs: from(0, int32),
    results: arrayOf(struct({ groupId: string, errorCode: int16 })),
  })),
} as const
