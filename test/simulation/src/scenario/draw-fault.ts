import type { Draw } from './draw.js'
import type { Fault, LosableApi } from './fault.js'
import type { TopicSettings } from './scenario.js'

type Topics = Readonly<Record<string, TopicSettings>>
type Make = (draw: Draw, at: number, topics: Topics, forMs: number) => Fault

/** Brokers of a world. */
export const brokers = 3

const node = (draw: Draw): number => draw.between(0, brokers - 1)
const topicOf = (draw: Draw, topics: Topics): string => draw.of(...Object.keys(topics))

function place(draw: Draw, topics: Topics): { readonly topic: string; readonly partition: number } {
  const topic = topicOf(draw, topics)
  return { topic, partition: draw.between(0, topics[topic]!.partitions - 1) }
}

const some = (draw: Draw, forMs: number): number => draw.of(5, 50, 500, Math.ceil(forMs / 2))
const api = (draw: Draw): LosableApi =>
  draw.of('Produce', 'Produce', 'Produce', 'Metadata', 'InitProducerId', 'ApiVersions')

const refusals = [
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'NOT_ENOUGH_REPLICAS',
  'CORRUPT_MESSAGE',
  'KAFKA_STORAGE_ERROR',
  'MESSAGE_TOO_LARGE',
  'FENCED_LEADER_EPOCH',
  'TOPIC_AUTHORIZATION_FAILED',
  'INVALID_RECORD',
  'UNKNOWN_SERVER_ERROR',
] as const
const afterAppend = [
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_LEADER_OR_FOLLOWER',
] as const

const makers: readonly Make[] = [
  (draw, at) => ({ kind: 'cut', at, node: node(draw) }),
  (draw, at) => ({ kind: 'freeze', at, node: node(draw) }),
  (draw, at, _, forMs) => ({ kind: 'blackHole', at, node: node(draw), forMs: some(draw, forMs) }),
  (draw, at, _, forMs) => ({
    kind: 'slow',
    at,
    node: node(draw),
    forMs: some(draw, forMs),
    ms: draw.of(5, 50, 400),
  }),
  (draw, at, _, forMs) => ({
    kind: 'pieces',
    at,
    node: node(draw),
    forMs,
    cutting: draw.of(0, 1),
    merging: draw.of(0, 0.9),
  }),
  (draw, at, _, forMs) => ({
    kind: 'kill',
    at,
    node: node(draw),
    forMs: some(draw, forMs),
    noticedAfterMs: draw.of(0, 20, 1_000),
  }),
  (draw, at, _, forMs) => ({ kind: 'stop', at, node: node(draw), forMs: some(draw, forMs) }),
  (draw, at, _, forMs) => ({ kind: 'pause', at, node: node(draw), forMs: some(draw, forMs) }),
  (draw, at, topics) => ({ kind: 'moveLeader', at, ...place(draw, topics), node: node(draw) }),
  (draw, at, topics, forMs) => ({
    kind: 'noLeader',
    at,
    ...place(draw, topics),
    node: node(draw),
    forMs: some(draw, forMs),
  }),
  (draw, at, topics, forMs) => ({
    kind: 'shrinkIsr',
    at,
    ...place(draw, topics),
    forMs: some(draw, forMs),
  }),
  (draw, at, topics, forMs) => ({
    kind: 'loseTail',
    at,
    ...place(draw, topics),
    node: node(draw),
    forMs: some(draw, forMs),
  }),
  (draw, at, topics) => {
    const appended = draw.chance(0.4)
    const code = appended ? draw.of(...afterAppend) : draw.of(...refusals)
    return { kind: 'refuse', at, ...place(draw, topics), code, appended, times: draw.between(1, 3) }
  },
  (draw, at) => ({
    kind: 'loseAnswer',
    at,
    api: api(draw),
    served: draw.chance(0.7),
    times: draw.between(1, 3),
  }),
  (draw, at) => ({ kind: 'hang', at, api: api(draw), served: draw.chance(0.7), times: 1 }),
  (draw, at, _, forMs) => ({
    kind: 'throttle',
    at,
    forMs: some(draw, forMs),
    throttleMs: draw.of(5, 100, 1_000),
  }),
  (draw, at, _, forMs) => ({ kind: 'staleMetadata', at, forMs: some(draw, forMs) }),
  (draw, at, topics, forMs) => ({
    kind: 'hideTopic',
    at,
    topic: topicOf(draw, topics),
    forMs: some(draw, forMs),
  }),
  (draw, at, topics) => ({
    kind: 'grow',
    at,
    topic: topicOf(draw, topics),
    by: draw.between(1, 2),
  }),
  (draw, at, topics, forMs) => ({
    kind: 'recreate',
    at,
    topic: topicOf(draw, topics),
    forMs: draw.of(0, some(draw, forMs)),
  }),
  (_, at) => ({ kind: 'forgetProducers', at }),
  (draw, at, _, forMs) => ({
    kind: 'changeAddress',
    at,
    node: node(draw),
    forMs: some(draw, forMs),
  }),
  (draw, at, _, forMs) => ({
    kind: 'misdirect',
    at,
    node: node(draw),
    forMs: some(draw, forMs),
    to: draw.of(-1, 0, 1),
  }),
  (draw, at, _, forMs) => ({
    kind: 'diskFull',
    at,
    node: node(draw),
    forMs: some(draw, forMs),
    directory: draw.of(0, 1),
    noticedAfterMs: draw.of(5, 100),
  }),
  (draw, at, topics, forMs) => ({
    kind: 'twoLeaders',
    at,
    ...place(draw, topics),
    node: node(draw),
    forMs: some(draw, forMs),
  }),
  (draw, at, _, forMs) => ({ kind: 'controllerFails', at, forMs: some(draw, forMs) }),
]

/** Draws one thing that happens. */
export const drawFault: Make = (draw, at, topics, forMs) =>
  draw.of(...makers)(draw, at, topics, forMs)
