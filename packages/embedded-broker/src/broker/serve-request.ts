import {
  apiVersionsApi,
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  encodeResponse,
  type RequestHeader,
} from '@sluice/protocol'
import type { EmbeddedApiName, VersionCaps } from '../api-names.js'
import { alterConfigs } from '../apis/admin/alter-configs.js'
import { createPartitions } from '../apis/admin/create-partitions.js'
import { createTopics } from '../apis/admin/create-topics.js'
import { deleteRecords } from '../apis/admin/delete-records.js'
import { deleteTopics } from '../apis/admin/delete-topics.js'
import { describeConfigs } from '../apis/admin/describe-configs.js'
import { incrementalAlterConfigs } from '../apis/admin/incremental-alter-configs.js'
import type { AnyApiHandler, RequestContext } from '../apis/api-handler.js'
import { apiVersionsHandler, versionRefusal } from '../apis/api-versions.js'
import { fetch } from '../apis/fetch.js'
import { findCoordinator } from '../apis/find-coordinator.js'
import { deleteGroups } from '../apis/groups/delete-groups.js'
import { describeGroups } from '../apis/groups/describe-groups.js'
import { heartbeat } from '../apis/groups/heartbeat.js'
import { joinGroup } from '../apis/groups/join-group.js'
import { leaveGroup } from '../apis/groups/leave-group.js'
import { listGroups } from '../apis/groups/list-groups.js'
import { offsetCommit } from '../apis/groups/offset-commit.js'
import { offsetFetch } from '../apis/groups/offset-fetch.js'
import { syncGroup } from '../apis/groups/sync-group.js'
import { listOffsets } from '../apis/list-offsets.js'
import { metadata } from '../apis/metadata.js'
import { produce } from '../apis/produce/produce.js'
import { getTelemetrySubscriptions } from '../apis/telemetry/get-telemetry-subscriptions.js'
import { pushTelemetry } from '../apis/telemetry/push-telemetry.js'
import { addOffsetsToTxn } from '../apis/transactions/add-offsets-to-txn.js'
import { addPartitionsToTxn } from '../apis/transactions/add-partitions-to-txn.js'
import { describeTransactions } from '../apis/transactions/describe-transactions.js'
import { endTxn } from '../apis/transactions/end-txn.js'
import { initProducerId } from '../apis/transactions/init-producer-id.js'
import { txnOffsetCommit } from '../apis/transactions/txn-offset-commit.js'
import type { ClusterState } from '../cluster/cluster-state.js'
import type { CallFacts } from '../faults/interceptors.js'

/** What the broker knows of a request and of its connection. */
export interface ServeContext extends Omit<RequestContext, 'version' | 'clientId'> {
  /** The number of the connection. */
  readonly connection: number
  readonly caps: VersionCaps
  /** Hears the API of each request before it is answered. */
  readonly onRequest: (api: string) => void
}

const apiVersions = apiVersionsHandler((caps, state) => offered(caps, state))

const handlers: readonly AnyApiHandler[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  findCoordinator,
  apiVersions,
  initProducerId,
  addPartitionsToTxn,
  addOffsetsToTxn,
  endTxn,
  describeTransactions,
  txnOffsetCommit,
  joinGroup,
  syncGroup,
  heartbeat,
  leaveGroup,
  offsetCommit,
  offsetFetch,
  describeGroups,
  listGroups,
  deleteGroups,
  createTopics,
  deleteTopics,
  createPartitions,
  deleteRecords,
  describeConfigs,
  alterConfigs,
  incrementalAlterConfigs,
  getTelemetrySubscriptions,
  pushTelemetry,
]

/**
 * Answers the request in a frame. Every request goes through here, and so through the interceptors of its API.
 *
 * @returns The response as chunks to write, or null when there is no answer.
 * @throws When the request cannot be understood. The broker then closes the connection, as Kafka does.
 */
export async function serveRequest(
  frame: Uint8Array,
  context: ServeContext,
): Promise<Uint8Array[] | null> {
  const header = decodeRequestHeader(frame)
  const version = header.apiVersion
  const handler = offered(context.caps, context.state).find(({ api }) => api.key === header.apiKey)
  if (!handler) throw new Error(`API ${header.apiKey} is not spoken here`)
  const { api } = handler
  context.onRequest(api.name)
  if (version < api.minVersion || version > handler.maxVersion) {
    return refuseVersion(header, handler)
  }
  const reader = new ByteReader(frame, header.headerEnd)
  const request = decodeRequestBody(api, version, reader) as never
  const { caps, connection, nodeId, signal, state } = context
  const { clientId } = header
  const facts = { api: api.name, version, request, nodeId, connection, signal, clientId }
  const own = { nodeId, signal, state, caps, version, clientId }
  const answer = await state.interceptors.answer(facts as CallFacts, async (asked) =>
    handler.handle(asked as never, own),
  )
  if (answer === null) return null
  if (answer instanceof Uint8Array) return [answer]
  return encodeResponse(api, version, header.correlationId, answer as never)
}

/** The handlers of a broker with such caps in such a cluster. */
function offered(
  caps: VersionCaps,
  state: ClusterState,
): (AnyApiHandler & { readonly maxVersion: number })[] {
  return handlers.flatMap((handler) => {
    const { maxVersion, name } = handler.api
    const cap = caps[name as EmbeddedApiName]
    if (cap === null || handler.isOffered?.(state) === false) return []
    return [{ ...handler, maxVersion: Math.min(maxVersion, cap ?? maxVersion) }]
  })
}

/** Only ApiVersions answers a version that it does not speak, for its client cannot know the versions yet. */
function refuseVersion(
  header: RequestHeader,
  { api, maxVersion }: AnyApiHandler & { readonly maxVersion: number },
): Uint8Array[] {
  if (api.key !== apiVersionsApi.key) {
    throw new Error(`version ${header.apiVersion} of ${api.name} is not spoken here`)
  }
  return encodeResponse(apiVersionsApi, 0, header.correlationId, versionRefusal(maxVersion))
}
