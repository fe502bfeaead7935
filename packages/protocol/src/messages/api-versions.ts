import { from, message, struct, tagged } from '../schema/struct.js'
import { arrayOf, bool, int16, int32, int64, string } from '../schema/wire-type.js'

/**
 * ApiVersions: which versions of which API a broker speaks. The header of its response is always version 0.
 *
 * Request versions 0 to 2 are the same. 3 is flexible and adds the client's software name and version. 4 lets
 * `supportedFeatures.minVersion` be 0 (KAFKA-17011).
 * Response: 1 adds the throttle time; from 2 on brokers answer before they throttle; 3 is flexible and adds features.
 * A broker that does not speak the version asked for answers UNSUPPORTED_VERSION in version 0, since Kafka 2.4
 * with its own range (KIP-511).
 */
export const apiVersionsApi = {
  key: 18,
  name: 'ApiVersions',
  minVersion: 0,
  maxVersion: 4,
  flexibleFrom: 3,
  throttledFrom: 2,
  request: /* @__PURE__ */ message(() => ({
    clientSoftwareName: from(3, string),
    clientSoftwareVersion: from(3, string),
  })),
  response: /* @__PURE__ */ message(() => ({
    errorCode: int16,
    apiKeys: arrayOf(struct({ apiKey: int16, minVersion: int16, maxVersion: int16 })),
    throttleTimeMs: from(1, int32),
    supportedFeatures: tagged(
      0,
      3,
      arrayOf(struct({ name: string, minVersion: int16, maxVersion: int16 })),
    ),
    finalizedFeaturesEpoch: tagged(1, 3, int64, -1n),
    finalizedFeatures: tagged(
      2,
      3,
      arrayOf(struct({ name: string, maxVersionLevel: int16, minVersionLevel: int16 })),
    ),
    zkMigrationReady: tagged(3, 3, bool),
  })),
} as const
