import type {
  addOffsetsToTxnApi,
  addPartitionsToTxnApi,
  apiVersionsApi,
  describeTransactionsApi,
  endTxnApi,
  fetchApi,
  findCoordinatorApi,
  getTelemetrySubscriptionsApi,
  initProducerIdApi,
  listOffsetsApi,
  metadataApi,
  offsetFetchApi,
  produceApi,
  pushTelemetryApi,
  RequestOf,
  txnOffsetCommitApi,
} from '@sluice/protocol'
import type { alterConfigsApi } from './messages/admin/alter-configs.js'
import type { createPartitionsApi } from './messages/admin/create-partitions.js'
import type { createTopicsApi } from './messages/admin/create-topics.js'
import type { deleteRecordsApi } from './messages/admin/delete-records.js'
import type { deleteTopicsApi } from './messages/admin/delete-topics.js'
import type { describeConfigsApi } from './messages/admin/describe-configs.js'
import type { incrementalAlterConfigsApi } from './messages/admin/incremental-alter-configs.js'
import type { deleteGroupsApi } from './messages/groups/delete-groups.js'
import type { describeGroupsApi } from './messages/groups/describe-groups.js'
import type { heartbeatApi } from './messages/groups/heartbeat.js'
import type { joinGroupApi } from './messages/groups/join-group.js'
import type { leaveGroupApi } from './messages/groups/leave-group.js'
import type { listGroupsApi } from './messages/groups/list-groups.js'
import type { offsetCommitApi } from './messages/groups/offset-commit.js'
import type { syncGroupApi } from './messages/groups/sync-group.js'
import { invalidOption } from './require-option.js'

/** The APIs that an embedded cluster speaks, by Kafka's names. */
export interface EmbeddedApis {
  /** Writes record batches. */
  readonly Produce: typeof produceApi
  /** Reads record batches. */
  readonly Fetch: typeof fetchApi
  /** Tells offsets by time, and the ends of a log. */
  readonly ListOffsets: typeof listOffsetsApi
  /** Tells brokers, topics and leaders. */
  readonly Metadata: typeof metadataApi
  /** Tells the coordinator of a group or of a transactional id. */
  readonly FindCoordinator: typeof findCoordinatorApi
  /** Tells the versions of each API. */
  readonly ApiVersions: typeof apiVersionsApi
  /** Gives an idempotent or transactional producer its id and epoch. */
  readonly InitProducerId: typeof initProducerIdApi
  /** Enrols partitions in a transaction. */
  readonly AddPartitionsToTxn: typeof addPartitionsToTxnApi
  /** Enrols the offsets of a group in a transaction. */
  readonly AddOffsetsToTxn: typeof addOffsetsToTxnApi
  /** Commits a transaction or aborts it. */
  readonly EndTxn: typeof endTxnApi
  /** Tells how transactional ids stand. */
  readonly DescribeTransactions: typeof describeTransactionsApi
  /** Commits offsets of a group with a transaction. */
  readonly TxnOffsetCommit: typeof txnOffsetCommitApi
  /** Tells the offsets that groups have committed. */
  readonly OffsetFetch: typeof offsetFetchApi
  /** Enters a consumer group. */
  readonly JoinGroup: typeof joinGroupApi
  /** Tells a member its part of a group's partitions. */
  readonly SyncGroup: typeof syncGroupApi
  /** Keeps a member in its group. */
  readonly Heartbeat: typeof heartbeatApi
  /** Takes members out of a group. */
  readonly LeaveGroup: typeof leaveGroupApi
  /** Commits offsets of a group. */
  readonly OffsetCommit: typeof offsetCommitApi
  /** Tells the states of groups and their members. */
  readonly DescribeGroups: typeof describeGroupsApi
  /** Tells the groups that a broker coordinates. */
  readonly ListGroups: typeof listGroupsApi
  /** Deletes groups without members. */
  readonly DeleteGroups: typeof deleteGroupsApi
  /** Creates topics. */
  readonly CreateTopics: typeof createTopicsApi
  /** Deletes topics. */
  readonly DeleteTopics: typeof deleteTopicsApi
  /** Adds partitions to topics. */
  readonly CreatePartitions: typeof createPartitionsApi
  /** Deletes the records of partitions before an offset. */
  readonly DeleteRecords: typeof deleteRecordsApi
  /** Tells the settings of topics and brokers. */
  readonly DescribeConfigs: typeof describeConfigsApi
  /** Replaces the settings of topics. */
  readonly AlterConfigs: typeof alterConfigsApi
  /** Changes single settings of topics. */
  readonly IncrementalAlterConfigs: typeof incrementalAlterConfigsApi
  /** Tells clients which metrics to push. Brokers have it where the cluster has the option `telemetry`. */
  readonly GetTelemetrySubscriptions: typeof getTelemetrySubscriptionsApi
  /** Takes metrics of clients. Brokers have it where the cluster has the option `telemetry`. */
  readonly PushTelemetry: typeof pushTelemetryApi
}

/** The name of one of these APIs. */
export type EmbeddedApiName = keyof EmbeddedApis

/** The body of a request, decoded. Topics and fields are named as in Kafka's message definitions. */
export type EmbeddedRequest<Name extends EmbeddedApiName> = RequestOf<EmbeddedApis[Name]>

/** The body of an answer. Fields that have a default may be left out. */
export type EmbeddedAnswer<Name extends EmbeddedApiName> = Parameters<
  EmbeddedApis[Name]['response']['write']
>[1]

/** The highest version of each API, by Kafka's name, or `null` for an API that the broker does not have. */
export type VersionCaps = Readonly<Partial<Record<EmbeddedApiName, number | null>>>

const names: Readonly<Record<EmbeddedApiName, true>> = {
  Produce: true,
  Fetch: true,
  ListOffsets: true,
  Metadata: true,
  FindCoordinator: true,
  ApiVersions: true,
  InitProducerId: true,
  AddPartitionsToTxn: true,
  AddOffsetsToTxn: true,
  EndTxn: true,
  DescribeTransactions: true,
  TxnOffsetCommit: true,
  OffsetFetch: true,
  JoinGroup: true,
  SyncGroup: true,
  Heartbeat: true,
  LeaveGroup: true,
  OffsetCommit: true,
  DescribeGroups: true,
  ListGroups: true,
  DeleteGroups: true,
  CreateTopics: true,
  DeleteTopics: true,
  CreatePartitions: true,
  DeleteRecords: true,
  DescribeConfigs: true,
  AlterConfigs: true,
  IncrementalAlterConfigs: true,
  GetTelemetrySubscriptions: true,
  PushTelemetry: true,
}

/** @throws KafkaError INVALID_OPTION when the name is none of `EmbeddedApis`. */
export function requireApiName(name: string): void {
  if (Object.hasOwn(names, name)) return
  const known = Object.keys(names).join(', ')
  throw invalidOption(`${JSON.stringify(name)} is none of the APIs ${known}`)
}

/** @throws KafkaError INVALID_OPTION when a name is none of `EmbeddedApis`, or a version is no version. */
export function requireCaps(caps: VersionCaps): void {
  for (const [name, cap] of Object.entries(caps)) {
    requireApiName(name)
    if (cap === null || (Number.isInteger(cap) && cap >= 0)) continue
    throw invalidOption(`apiVersions.${name} must be a version or null, not ${cap}`)
  }
}
