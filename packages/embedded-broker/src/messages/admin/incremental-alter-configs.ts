import {
  arrayOf,
  bool,
  from,
  int8,
  message,
  nullable,
  string,
  struct,
} from '@sluice/protocol/schema'
import { alterConfigsApi } from './alter-configs.js'

/**
 * IncrementalAlterConfigs: single settings of a topic are changed (KIP-339).
 *
 * Request: 1 is flexible. Response: that of AlterConfigs; brokers answer before they throttle.
 */
export const incrementalAlterConfigsApi = {
  key: 44,
  name: 'IncrementalAlterConfigs',
  minVersion: 0,
  maxVersion: 1,
  flexibleFrom: 1,
  throttledFrom: 0,
  request: message(() => ({
    resources: arrayOf(
      struct({
        resourceType: int8,
        resourceName: string,
        configs: arrayOf(
          struct({ name: string, configOperation: int8, value: from(0, nullable(string)) }),
        ),
      }),
    ),
    validateOnly: bool,
  })),
  response: alterConfigsApi.response,
} as const
