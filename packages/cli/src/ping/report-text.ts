import { counted } from '../terminal/numbers.js'
import { safe } from '../terminal/safe.js'
import { tableOf } from '../terminal/table.js'
import type { ApiReport, BrokerReport } from './broker-report.js'
import type { ClientReport, PingReport } from './ping-report.js'
import type { TopicReport } from './topic-report.js'
import { listed, troublesOfTopic } from './topic-troubles.js'

/**
 * The report as people read it.
 *
 * @param isOfOneTopic - whether one was asked for; otherwise topics without a trouble are only counted
 */
export function reportText(report: PingReport, isOfOneTopic: boolean): string {
  const { clusterId, controller, brokers, topics, client } = report
  const name = clusterId === null ? 'the cluster' : `cluster ${safe(clusterId)}`
  const led = controller === null ? '' : `, controller ${controller}`
  return [
    `${name}: ${counted(brokers.length, 'broker')}${led}\n`,
    brokersText(brokers),
    ...apiTables(brokers),
    featuresText(brokers),
    topicsText(topics, isOfOneTopic),
    clientText(client, isOfOneTopic ? topics : []),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function brokersText(brokers: readonly BrokerReport[]): string {
  const rows = brokers.map(({ id, host, port, rack, answerMs }) => [
    String(id),
    `${host}:${port}`,
    rack ?? '-',
    answerMs === null ? 'none' : `${answerMs.toFixed(1)} ms`,
  ])
  return tableOf(['broker', 'address', 'rack', 'answer'], rows)
}

/** A table for each group of brokers that have the same versions: while a cluster is upgraded there are two. */
function apiTables(brokers: readonly BrokerReport[]): string[] {
  const groups = new Map<string, BrokerReport[]>()
  for (const broker of brokers.filter(({ error }) => error === null)) {
    const versions = JSON.stringify(broker.apis)
    groups.set(versions, [...(groups.get(versions) ?? []), broker])
  }
  return [...groups.values()].map((group) => {
    const ids = group.map(({ id }) => id)
    const head = `${ids.length === 1 ? 'broker' : 'brokers'} ${listed(ids)}`
    return tableOf(['api', head, 'sluice', 'spoken'], group[0]!.apis.map(apiRow))
  })
}

function apiRow({ name, broker, client, spoken }: ApiReport): string[] {
  return [name, broker?.join('-') ?? 'none', client.join('-'), String(spoken ?? 'none')]
}

function featuresText(brokers: readonly BrokerReport[]): string {
  const levels = new Map<string, number>()
  for (const { features } of brokers)
    for (const [name, { level }] of Object.entries(features)) levels.set(name, level)
  if (levels.size === 0) return ''
  return `features: ${[...levels].map(([name, level]) => `${safe(name)} ${level}`).join(', ')}\n`
}

function topicsText(topics: readonly TopicReport[], isOfOneTopic: boolean): string {
  const shown = isOfOneTopic ? topics : topics.filter(isTroubled)
  const rows = shown.map(({ name, partitions, ...topic }) => [
    name,
    String(partitions),
    ...[topic.withoutLeader, topic.outOfSync, topic.offline, topic.belowMinInSync].map(
      listedOrNone,
    ),
  ])
  const head = ['topic', 'partitions', 'without leader', 'out of sync', 'offline', 'below minimum']
  const table = rows.length === 0 ? '' : tableOf(head, rows)
  const quiet = topics.length - shown.length
  const count = quiet === 0 ? '' : `${counted(quiet, 'topic')} with leaders and replicas in sync\n`
  return table + count
}

function listedOrNone(partitions: readonly number[]): string {
  return partitions.length === 0 ? 'none' : listed(partitions)
}

function isTroubled(topic: TopicReport): boolean {
  return troublesOfTopic(topic).length > 0 || topic.outOfSync.length > 0 || topic.offline.length > 0
}

function clientText(
  { tls, sasl, operations }: ClientReport,
  topics: readonly TopicReport[],
): string {
  const login = sasl === null ? 'without a login' : `logged in by ${sasl}`
  return [
    `this client: ${tls ? 'with' : 'without'} TLS, ${login}`,
    ...permissions('the cluster', operations),
    ...topics.flatMap((topic) => permissions(`topic ${safe(topic.name)}`, topic.operations)),
  ]
    .map((text) => `${text}\n`)
    .join('')
}

function permissions(what: string, operations: readonly string[] | null): string[] {
  if (operations === null) return []
  return [`may with ${what}: ${operations.length === 0 ? 'nothing' : operations.join(', ')}`]
}
