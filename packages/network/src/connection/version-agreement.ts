import { apiVersionsApi, errorCodeOf, KafkaError, type ResponseOf } from '@sluice/protocol'
import manifest from '../../package.json' with { type: 'json' }
import type { Channel } from './channel.js'
import type { FinalizedFeatures } from './connection-deps.js'
import type { VersionChoice, VersionedApi } from './in-flight-request.js'

type ApiVersionsResponse = ResponseOf<typeof apiVersionsApi>

/** The software that brokers log and count this client as (KIP-511). */
const software = { clientSoftwareName: 'sluice', clientSoftwareVersion: manifest.version }

/**
 * Asks the broker which versions it speaks, until it understands the request.
 * @throws KafkaError when it never does
 */
export async function agreeOnVersions(channel: Channel): Promise<BrokerVersions> {
  let opening = new OpeningVersion()
  for (;;) {
    channel.versions = opening
    const next = opening.next(await channel.sendInternal(apiVersionsApi, software))
    channel.versions = next
    if (next instanceof BrokerVersions) return next
    opening = next
  }
}

interface Range {
  readonly min: number
  readonly max: number
}

/** The versions of each API that one broker speaks, and the features it knows, as it said on this connection. */
export class BrokerVersions implements VersionChoice {
  readonly features: FinalizedFeatures
  readonly #ranges = new Map<number, Range>()

  constructor(response: ApiVersionsResponse) {
    const { finalizedFeatures, finalizedFeaturesEpoch: epoch } = response
    const levels = new Map(
      finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]),
    )
    this.features = { epoch, levels }
    for (const { apiKey, minVersion, maxVersion } of response.apiKeys) {
      this.#ranges.set(apiKey, { min: minVersion, max: maxVersion })
    }
  }

  /** @throws KafkaError UNSUPPORTED_VERSION where broker and client have no version in common */
  choose(api: VersionedApi, maxVersion: number): number {
    const range = this.#ranges.get(api.key)
    if (range === undefined) throw unsupported(api, maxVersion, 'does not know it')
    const version = Math.min(api.maxVersion, maxVersion, range.max)
    if (version >= api.minVersion && version >= range.min) return version
    throw unsupported(api, maxVersion, `speaks ${range.min} to ${range.max}`)
  }

  /** Whether broker and client have a version in common. */
  speaks({ key, maxVersion, minVersion }: VersionedApi): boolean {
    const range = this.#ranges.get(key)
    return range !== undefined && range.max >= minVersion && range.min <= maxVersion
  }
}

/** Before anything is agreed: ApiVersions itself, in the one version that is tried. */
export class OpeningVersion implements VersionChoice {
  readonly version: number

  constructor(version: number = apiVersionsApi.maxVersion) {
    this.version = version
  }

  choose(): number {
    return this.version
  }

  /**
   * Reads the broker's answer.
   * @returns the broker's versions, or where it does not speak the version that was tried, the one to try next (KIP-511)
   * @throws KafkaError when there is none, or the broker refuses for another reason
   */
  next(response: ApiVersionsResponse): BrokerVersions | OpeningVersion {
    const code = errorCodeOf(response.errorCode)
    if (code === null) return new BrokerVersions(response)
    if (code !== 'UNSUPPORTED_VERSION') throw new KafkaError(code, 'the broker refused ApiVersions')
    const spoken = response.apiKeys.find(({ apiKey }) => apiKey === apiVersionsApi.key)
    const version = Math.min(spoken?.maxVersion ?? 0, apiVersionsApi.maxVersion)
    // Always lower than before, or a broker could keep the client asking for ever.
    if (version < this.version && version >= 0) return new OpeningVersion(version)
    if (this.version > 0) return new OpeningVersion(0)
    throw new KafkaError('UNSUPPORTED_VERSION', 'the broker refused ApiVersions in every version')
  }
}

function unsupported(api: VersionedApi, maxVersion: number, broker: string): KafkaError {
  const max = Math.min(api.maxVersion, maxVersion)
  return new KafkaError(
    'UNSUPPORTED_VERSION',
    `${api.name} ${api.minVersion} to ${max} is needed; the broker ${broker}`,
  )
}
