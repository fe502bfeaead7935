import type { ErrorCode } from '@sluice/protocol'
import { counted } from '../terminal/numbers.js'
import type { TopicReport } from './topic-report.js'

/** What would keep a producer from sending to the topic, in one line each that says what to do. */
export function troublesOfTopic(topic: TopicReport): string[] {
  return [
    ...ofWhole(topic),
    ...ofPartitions(topic),
    ...ofLeaders(topic),
    ...ofReplicas(topic),
    ...ofRights(topic),
  ].map((trouble) => `topic ${topic.name}: ${trouble}`)
}

function ofWhole({ error, withoutLeader }: TopicReport): string[] {
  // A partition without a leader makes an error of the topic with some brokers.
  const isOfPartitions = error === 'LEADER_NOT_AVAILABLE' && withoutLeader.length > 0
  return error === null || isOfPartitions ? [] : [`${error}${advice(error)}`]
}

/** A line for each kind of error. That there is no leader is told with the leaders. */
function ofPartitions(topic: TopicReport): string[] {
  const byError = new Map<ErrorCode, number[]>()
  for (const { partition, error } of topic.errors)
    if (error !== 'LEADER_NOT_AVAILABLE' || !topic.withoutLeader.includes(partition))
      byError.set(error, [...(byError.get(error) ?? []), partition])
  return [...byError].map(
    ([error, numbers]) => `${someOf(numbers, topic)}: ${error}${advice(error)}`,
  )
}

function ofLeaders(topic: TopicReport): string[] {
  const { withoutLeader, unknownLeader, errors } = topic
  const told = new Set(
    errors.filter(({ error }) => error !== 'LEADER_NOT_AVAILABLE').map((one) => one.partition),
  )
  const leaderless = withoutLeader.filter((partition) => !told.has(partition))
  return [
    ...(leaderless.length > 0
      ? [`${someOf(leaderless, topic, 'without a leader')}; start the brokers that hold them`]
      : []),
    ...(unknownLeader.length > 0
      ? [
          `${someOf(unknownLeader, topic, 'with a leader that is none of the brokers')}; start it, or look at its advertised.listeners`,
        ]
      : []),
  ]
}

/** Replicas that lag behind keep nobody from writing, as long as there are enough others. */
function ofReplicas(topic: TopicReport): string[] {
  const { belowMinInSync, minInSync } = topic
  if (belowMinInSync.length === 0) return []
  const what = `with fewer replicas in sync than min.insync.replicas (${minInSync})`
  return [
    `${someOf(belowMinInSync, topic, what)}; records with acks all are refused until the brokers of the others are back`,
  ]
}

function ofRights({ operations }: TopicReport): string[] {
  if (operations === null || operations.includes('write')) return []
  return ['this client may not write; give its user the operation Write']
}

function someOf(numbers: readonly number[], { partitions }: TopicReport, what = ''): string {
  const count = `${counted(numbers.length, 'partition')} of ${partitions}`
  return `${count}${what === '' ? '' : ` ${what}`} (${listed(numbers)})`
}

function advice(error: ErrorCode): string {
  if (error === 'UNKNOWN_TOPIC_OR_PARTITION')
    return '; create it, or check its name and the operation Describe'
  if (error === 'TOPIC_AUTHORIZATION_FAILED')
    return '; give the user of this client the operations Describe and Write'
  if (error === 'INVALID_TOPIC_EXCEPTION')
    return '; its name may have letters, digits, ".", "_" and "-", and 249 characters at most'
  if (error === 'LISTENER_NOT_FOUND')
    return '; the leader lacks a listener that the broker that was asked has: compare their listeners'
  return '; look at the logs of the brokers'
}

const mostListed = 20

/** The first of them, as text. */
export function listed(partitions: readonly number[]): string {
  const text = partitions.slice(0, mostListed).join(', ')
  return partitions.length > mostListed ? `${text}, …` : text
}
