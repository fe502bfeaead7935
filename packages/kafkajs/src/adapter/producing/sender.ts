import type {
  Message,
  ProducerBatch,
  ProducerRecord,
  RecordMetadata,
  TopicMessages,
} from 'kafkajs-original'
import { plugInFor } from '../lanes/codec.js'
import { defaultTimeoutMs, type LaneKind } from '../lanes/lane-options.js'
import type { Lane } from '../lanes/lane.js'
import type { Placement } from '../lanes/placement.js'
import { errorOfCode } from '../original/errors.js'
import { checkBatch } from '../records/check-batch.js'
import { dispatch, type Target } from './dispatch.js'

/** Where the messages of a call go. */
export interface Route {
  readonly lane: Lane
  readonly target: Target
}

/** What `send` and `sendBatch` need. */
export interface SenderDeps {
  readonly placement: Placement
  /** Whether acks other than all are refused. */
  readonly isIdempotent: boolean
  /** @throws KafkaJSError where the producer is not connected */
  checkConnected(): void
  route(kind: LaneKind): Route | Promise<Route>
}

/** INVALID_REQUIRED_ACKS */
const invalidAcks = 21

/** `send` and `sendBatch`. Each is whole in itself, for agents wrap both of them, and a call must not pass two wrappers. */
export interface Sender {
  send(record: ProducerRecord): Promise<RecordMetadata[]>
  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]>
}

export function createSender(deps: SenderDeps): Sender {
  return {
    send: async ({ acks, timeout, compression, topic, messages }) =>
      sendAll(deps, [{ topic, messages }], { acks, timeout, compression }),
    sendBatch: async ({ acks, timeout, compression, topicMessages = [] }) =>
      sendAll(deps, topicMessages, { acks, timeout, compression }),
  }
}

type Settings = { [Name in 'acks' | 'timeout' | 'compression']: ProducerBatch[Name] | undefined }

function sendAll(
  deps: SenderDeps,
  topicMessages: readonly TopicMessages[],
  { acks = -1, timeout = defaultTimeoutMs, compression = 0 }: Settings,
): Promise<RecordMetadata[]> {
  checkBatch(topicMessages, acks, deps.isIdempotent)
  deps.checkConnected()
  const merged = topicMessages.length > 1 ? mergedOf(topicMessages) : topicMessages
  if (!isAcks(acks)) throw errorOfCode(invalidAcks)
  plugInFor(compression)
  const route = deps.route({ acks, timeout, compression })
  if (!(route instanceof Promise)) return dispatch(route.lane, route.target, merged, deps.placement)
  return route.then(({ lane, target }) => dispatch(lane, target, merged, deps.placement))
}

function isAcks(acks: number): acks is LaneKind['acks'] {
  return acks === -1 || acks === 0 || acks === 1
}

/** The messages of topics that are named more than once are joined, in order. */
function mergedOf(topicMessages: readonly TopicMessages[]): TopicMessages[] {
  const byTopic = new Map<string, Message[]>()
  for (const { topic, messages } of topicMessages) {
    const before = byTopic.get(topic)
    if (before === undefined) byTopic.set(topic, [...messages])
    else for (const message of messages) before.push(message)
  }
  return Array.from(byTopic, ([topic, messages]) => ({ topic, messages }))
}
