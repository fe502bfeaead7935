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
 * DescribeConfigs: the settings of topics and brokers.
 *
 * Request: 1 can ask for synonyms, 3 for the documentation. 4 is flexible.
 * Response: 1 has the source and the synonyms; from 2 on brokers answer before they throttle. 3 adds the type and the
 * documentation.
 */
export const describeConfigsApi = {
  key: 32,
  name: 'DescribeConfigs',
  minVersion: 1,
  maxVersion: 4,
  flexibleFrom: 4,
  throttledFrom: 2,
  request: message(() => ({
    resources: arrayOf(
      struct({
        resourceType: int8,
        resourceName: string,
        configurationKeys: from(0, nullable(arrayOf(string))),
      }),
    ),
    includeSynonyms: bool,
    includeDocumentation: from(3, bool),
  })),
  response: message(() => ({
    throttleTimeMs: from(0, int32),
    results: arrayOf(
      struct({
        errorCode: int16,
        errorMessage: from(0, nullable(string)),
        resourceType: int8,
        resourceName: string,
        configs: arrayOf(
          struct({
            name: string,
            value: from(0, nullable(string)),
            readOnly: bool,
            configSource: from(1, int8, -1),
            isSensitive: bool,
            synonyms: from(
              1,
              arrayOf(struct({ name: string, value: from(1, nullable(string)), source: int8 })),
            ),
            configType: from(3, int8),
            documentation: from(3, nullable(string)),
          }),
        ),
      }),
    ),
  })),
} as const
