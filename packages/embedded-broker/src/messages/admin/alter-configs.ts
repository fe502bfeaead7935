import {
  arrayOf,
  bool,
  from,
  int16,
  int32,
  int8,
  message,
  nullable,
  string,
  struct,
} from '@sluice/protocol/schema'

/**
 * AlterConfigs: all settings of a topic are replaced; those that are not named return to their defaults.
 *
 * Request: 2 is flexible. Response: from 1 on brokers answer before they throttle.
 */
export const alterConfigsApi = {
  key: 33,
  name: 'AlterConfigs',
  minVersion: 0,
  maxVersion: 2,
  flexibleFrom: 2,
  throttledFrom: 1,
  request: message(() => ({
    resources: arrayOf(
      struct({
        resourceType: int8,
        resourceName: string,
        configs: arrayOf(struct({ name: string, value: from(0, nullable(string)) })),
      }),
    ),
    validateOnly: bool,
  })),
  response: message(() => ({
    throttleTimeMs: from(0, int32),
    responses: arrayOf(
      struct({
        errorCode: int16,
        errorMessage: from(0, nullable(string)),
        resourceType: int8,
        resourceName: string,
      }),
    ),
  })),
} as const
