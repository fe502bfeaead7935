import {
  apiVersionsApi,
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  encodeResponse,
  type RequestHeader,
} from '@sluice/protocol'
import type { AnyApiHandler, RequestContext } from './api-handler.js'
import { apiVersionsHandler, versionRefusal } from './apis/api-versions.js'
import { fetch } from './apis/fetch.js'
import { initProducerId } from './apis/init-producer-id.js'
import { listOffsets } from './apis/list-offsets.js'
import { metadata } from './apis/metadata.js'
import { produce } from './apis/produce.js'

/** What a broker gives to go with each request of a connection. */
export interface ServeContext extends Omit<RequestContext, 'version'> {
  /** Told the API of each request before it is answered. */
  readonly onRequest: (api: string) => void
}

const apiVersions = apiVersionsHandler(() => handlers)

const handlers: readonly AnyApiHandler[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  apiVersions,
  initProducerId,
]

const handlersByKey = new Map(handlers.map((handler) => [handler.api.key, handler]))

/**
 * Answers the request in a frame: the response as chunks to write, or null where none is due. Every request goes
 * through here.
 *
 * @throws where the request cannot be understood: all that is left then is to close the connection, as Kafka does
 */
export async function serveRequest(
  frame: Uint8Array,
  context: ServeContext,
): Promise<Uint8Array[] | null> {
  const header = decodeRequestHeader(frame)
  const handler = handlersByKey.get(header.apiKey)
  if (!handler) throw new Error(`API ${header.apiKey} is not spoken here`)
  const { api } = handler
  context.onRequest(api.name)
  const version = header.apiVersion
  if (version < api.minVersion || version > api.maxVersion) return refuseVersion(header, handler)
  const reader = new ByteReader(frame, header.headerEnd)
  const request = decodeRequestBody(api, version, reader) as never
  const answer = await handler.handle(request, { ...context, version })
  return answer === null
    ? null
    : encodeResponse(api, version, header.correlationId, answer as never)
}

/** Only ApiVersions has an answer to a version it does not know: who asks cannot know better yet. */
function refuseVersion(header: RequestHeader, { api }: AnyApiHandler): Uint8Array[] {
  if (api.key !== apiVersionsApi.key) {
    throw new Error(`version ${header.apiVersion} of ${api.name} is not spoken here`)
  }
  return encodeResponse(apiVersionsApi, 0, header.correlationId, versionRefusal())
}
