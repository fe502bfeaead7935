import type {
  apiVersionsApi,
  fetchApi,
  findCoordinatorApi,
  initProducerIdApi,
  listOffsetsApi,
  metadataApi,
  produceApi,
  RequestOf,
} from '@sluice/protocol'
import { invalidOption } from './require-option.js'

/** The APIs an embedded cluster speaks, by Kafka's names. */
export interface EmbeddedApis {
  readonly Produce: typeof produceApi
  readonly Fetch: typeof fetchApi
  readonly ListOffsets: typeof listOffsetsApi
  readonly Metadata: typeof metadataApi
  readonly FindCoordinator: typeof findCoordinatorApi
  readonly ApiVersions: typeof apiVersionsApi
  readonly InitProducerId: typeof initProducerIdApi
}

/** The name of an API. */
export type EmbeddedApiName = keyof EmbeddedApis

/** The body of a request, decoded. Topics and fields are named as in Kafka's message definitions. */
export type EmbeddedRequest<Name extends EmbeddedApiName> = RequestOf<EmbeddedApis[Name]>

/** The body of an answer; fields that have a default may be left out. */
export type EmbeddedAnswer<Name extends EmbeddedApiName> = Parameters<
  EmbeddedApis[Name]['response']['write']
>[1]

/** The highest version of APIs, or `null` for an API that is not there. */
export type VersionCaps = Readonly<Partial<Record<EmbeddedApiName, number | null>>>

const names: Readonly<Record<EmbeddedApiName, true>> = {
  Produce: true,
  Fetch: true,
  ListOffsets: true,
  Metadata: true,
  FindCoordinator: true,
  ApiVersions: true,
  InitProducerId: true,
}

/** @throws KafkaError INVALID_OPTION where it is no name of an API spoken here */
export function requireApiName(name: string): void {
  if (Object.hasOwn(names, name)) return
  const known = Object.keys(names).join(', ')
  throw invalidOption(`${JSON.stringify(name)} is none of the APIs ${known}`)
}

/** @throws KafkaError INVALID_OPTION */
export function requireCaps(caps: VersionCaps): void {
  for (const [name, cap] of Object.entries(caps)) {
    requireApiName(name)
    if (cap === null || (Number.isInteger(cap) && cap >= 0)) continue
    throw invalidOption(`apiVersions.${name} must be a version or null, not ${cap}`)
  }
}
