import {
  arrayOf,
  bool,
  int16,
  int32,
  int8,
  message,
  nullable,
  string,
  struct,
} from '@sluice/protocol/schema'

/** DescribeConfigs: the settings of topics. Version 1, which every broker from 2.1 to 4.3 speaks. */
export const describeConfigsApi = {
  key: 32,
  name: 'DescribeConfigs',
  minVersion: 1,
  maxVersion: 1,
  flexibleFrom: 4,
  throttledFrom: 2,
  request: message(() => ({
    resources: arrayOf(
      struct({
        resourceType: int8,
        resourceName: string,
        configurationKeys: nullable(arrayOf(string)),
      }),
    ),
    includeSynonyms: bool,
  })),
  response: message(() => ({
    throttleTimeMs: int32,
    results: arrayOf(
      struct({
        errorCode: int16,
        errorMessage: nullable(string),
        resourceType: int8,
        resourceName: string,
        configs: arrayOf(
          struct({
            name: string,
            value: nullable(string),
            readOnly: bool,
            configSource: int8,
            isSensitive: bool,
            synonyms: arrayOf(struct({ name: string, value: nullable(string), source: int8 })),
          }),
        ),
      }),
    ),
  })),
} as const
