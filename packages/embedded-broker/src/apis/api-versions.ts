import { apiVersionsApi, type RequestOf, errorNumberOf } from '@sluice/protocol'
import type { VersionCaps } from '../api-names.js'
import type { ClusterState } from '../cluster/cluster-state.js'
import type { AnswerOf, AnyApiHandler, ApiHandler } from './api-handler.js'

type Request = RequestOf<typeof apiVersionsApi>
type Answer = AnswerOf<typeof apiVersionsApi>
type Listed = Pick<AnyApiHandler, 'api' | 'listedFrom'> & { readonly maxVersion: number }

/** From this version on the request names the software of the client. */
const softwareFromVersion = 3

/** Kafka's rule for a software name and version. */
const softwareWord = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

/**
 * ApiVersions, versions 0 to 4: the versions of each API that the broker has (but see Produce).
 *
 * - A software name or version that breaks Kafka's rule is INVALID_REQUEST, without ranges.
 * - A version that is not spoken is answered in version 0 with UNSUPPORTED_VERSION and the range of ApiVersions alone
 *   (KIP-511), by {@link versionRefusal}, since its body cannot be read.
 * - Features are those of the option `finalizedFeatures`, at epoch 0 until a test changes one.
 */
export function apiVersionsHandler(
  handlers: (caps: VersionCaps, state: ClusterState) => readonly Listed[],
): ApiHandler<Request, Answer> {
  return {
    api: apiVersionsApi,
    handle({ clientSoftwareName, clientSoftwareVersion }, { caps, state, version }) {
      const words = [clientSoftwareName, clientSoftwareVersion]
      if (version >= softwareFromVersion && !words.every((word) => softwareWord.test(word))) {
        return { errorCode: errorNumberOf('INVALID_REQUEST'), apiKeys: [] }
      }
      return { errorCode: 0, apiKeys: handlers(caps, state).map(rangeOf), ...featuresOf(state) }
    },
  }
}

function featuresOf({ features }: ClusterState): Partial<Answer> {
  const levels = Object.entries(features.levels)
  if (levels.length === 0) return {}
  return {
    supportedFeatures: levels.map(([name]) => ({
      name,
      minVersion: 0,
      maxVersion: features.supported(name),
    })),
    finalizedFeaturesEpoch: features.epoch,
    finalizedFeatures: levels.map(([name, level]) => ({
      name,
      maxVersionLevel: level,
      minVersionLevel: level,
    })),
  }
}

/** The answer, in version 0, to an ApiVersions request of a version that is not spoken. */
export function versionRefusal(maxVersion: number): Answer {
  return {
    errorCode: errorNumberOf('UNSUPPORTED_VERSION'),
    apiKeys: [rangeOf({ api: apiVersionsApi, maxVersion })],
  }
}

function rangeOf({ api, listedFrom, maxVersion }: Listed): Answer['apiKeys'][number] {
  const { key, minVersion } = api
  return { apiKey: key, minVersion: listedFrom ?? minVersion, maxVersion }
}
