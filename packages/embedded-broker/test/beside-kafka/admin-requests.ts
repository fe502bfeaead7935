import { errorCodeOf, metadataApi, zeroUuid } from '@sluice/protocol'
import { alterConfigsApi } from '../../src/messages/admin/alter-configs.js'
import { createPartitionsApi } from '../../src/messages/admin/create-partitions.js'
import { createTopicsApi } from '../../src/messages/admin/create-topics.js'
import { deleteRecordsApi } from '../../src/messages/admin/delete-records.js'
import { deleteTopicsApi } from '../../src/messages/admin/delete-topics.js'
import { describeConfigsApi } from '../../src/messages/admin/describe-configs.js'
import { incrementalAlterConfigsApi } from '../../src/messages/admin/incremental-alter-configs.js'
import type { Side } from './side.js'

/** Settings by name. */
type Configs = Readonly<Record<string, string | null>>

/** A topic to create, where it is not the usual one. */
export interface Asked {
  readonly name?: string
  readonly numPartitions?: number
  readonly replicationFactor?: number
  readonly assignments?: readonly (readonly number[])[]
  readonly configs?: Configs
}

const listOf = (configs: Configs) =>
  Object.entries(configs).map(([name, value]) => ({ name, value }))

/** The first broker of both clusters: Kafka's has another number than ours. */
async function onlyBroker(side: Side): Promise<number> {
  const answer = await side.ask(metadataApi, 12, { topics: [], allowAutoTopicCreation: false })
  return typeof answer === 'string' ? -1 : answer.brokers[0]!.nodeId
}

/** Name, error, numbers, and how many settings: of each topic. Broker 0 is the only one there is, whatever its number. */
export async function create(
  side: Side,
  topics: readonly Asked[],
  { validateOnly = false, version = 7 } = {},
): Promise<unknown> {
  const node = await onlyBroker(side)
  const asked = topics.map(({ assignments = [], configs = {}, ...one }) => ({
    name: `${side.topic}-new`,
    numPartitions: 1,
    replicationFactor: 1,
    ...one,
    configs: listOf(configs),
    assignments: assignments.map((ids, partitionIndex) => ({
      partitionIndex,
      brokerIds: ids.map((id) => (id === 0 ? node : 77)),
    })),
  }))
  const answer = await side.ask(createTopicsApi, version, { topics: asked, validateOnly })
  if (typeof answer === 'string') return answer
  return new Set(
    answer.topics.map((one) => [
      one.name,
      errorCodeOf(one.errorCode),
      one.numPartitions,
      one.replicationFactor,
      one.configs?.length,
    ]),
  )
}

/** Name and error of each topic. */
export async function remove(
  side: Side,
  topics: readonly { name: string | null; topicId?: string }[],
  version = 6,
): Promise<unknown> {
  const topicNames = topics.flatMap(({ name }) => name ?? [])
  const references = topics.map((one) => ({ topicId: zeroUuid, ...one }))
  const body = { topics: references, topicNames, timeoutMs: 5000 }
  const answer = await side.ask(deleteTopicsApi, version, body)
  if (typeof answer === 'string') return answer
  return new Set(answer.responses.map((one) => [one.name, errorCodeOf(one.errorCode)]))
}

/** Name and error of each topic. */
export async function grow(
  side: Side,
  topics: readonly { name: string; count: number; assignments?: readonly (readonly number[])[] }[],
  { validateOnly = false, version = 3 } = {},
): Promise<unknown> {
  const node = await onlyBroker(side)
  const asked = topics.map(({ assignments, ...one }) => ({
    ...one,
    assignments:
      assignments?.map((ids) => ({ brokerIds: ids.map((id) => (id === 0 ? node : 77)) })) ?? null,
  }))
  const body = { topics: asked, timeoutMs: 5000, validateOnly }
  const answer = await side.ask(createPartitionsApi, version, body)
  if (typeof answer === 'string') return answer
  return new Set(answer.results.map((one) => [one.name, errorCodeOf(one.errorCode)]))
}

/** Error, and the settings with source, type and synonyms. */
export async function configsOf(
  side: Side,
  keys: readonly string[] | null,
  {
    includeSynonyms = true,
    name = side.topic,
    type: resourceType = 2,
    version = 4,
  }: { includeSynonyms?: boolean; name?: string; type?: number; version?: number } = {},
): Promise<unknown> {
  const resources = [{ resourceType, resourceName: name, configurationKeys: keys }]
  const answer = await side.ask(describeConfigsApi, version, { resources, includeSynonyms })
  if (typeof answer === 'string') return answer
  return answer.results.flatMap((result) => [
    errorCodeOf(result.errorCode),
    new Set(
      result.configs.map((one) => [
        one.name,
        one.value,
        one.readOnly,
        one.configSource,
        one.isSensitive,
        one.configType,
        one.synonyms.map((synonym) => [synonym.name, synonym.value, synonym.source]),
      ]),
    ),
  ])
}

/** The error of AlterConfigs for a topic. */
export async function replaceConfigs(
  side: Side,
  configs: Configs,
  { name = side.topic, type: resourceType = 2, validateOnly = false, version = 2 } = {},
): Promise<unknown> {
  const resources = [{ resourceType, resourceName: name, configs: listOf(configs) }]
  const answer = await side.ask(alterConfigsApi, version, { resources, validateOnly })
  if (typeof answer === 'string') return answer
  return answer.responses.map((one) => errorCodeOf(one.errorCode))
}

/** The error of IncrementalAlterConfigs for a topic. @param changes Name, operation, value. */
export async function changeConfigs(
  side: Side,
  changes: readonly (readonly [string, number, string | null])[],
  version = 1,
): Promise<unknown> {
  const configs = changes.map(([name, configOperation, value]) => ({
    name,
    configOperation,
    value,
  }))
  const resources = [{ resourceType: 2, resourceName: side.topic, configs }]
  const answer = await side.ask(incrementalAlterConfigsApi, version, {
    resources,
    validateOnly: false,
  })
  if (typeof answer === 'string') return answer
  return answer.responses.map((one) => errorCodeOf(one.errorCode))
}

/** Error and new start of the log. */
export async function deleteBefore(
  side: Side,
  offset: bigint,
  { name = side.topic, partition = 0, version = 2 } = {},
): Promise<unknown> {
  const topics = [{ name, partitions: [{ partitionIndex: partition, offset }] }]
  const answer = await side.ask(deleteRecordsApi, version, { topics, timeoutMs: 5000 })
  if (typeof answer === 'string') return answer
  const one = answer.topics[0]!.partitions[0]!
  return [errorCodeOf(one.errorCode), one.lowWatermark]
}

/** The number of partitions that Metadata tells, −1 for no such topic. */
export async function partitionsOf(side: Side, name: string): Promise<number> {
  const answer = await side.ask(metadataApi, 12, {
    topics: [{ name }],
    allowAutoTopicCreation: false,
  })
  if (typeof answer === 'string' || answer.topics[0]!.errorCode !== 0) return -1
  return answer.topics[0]!.partitions.length
}
