import type { DeliveryCallback, Producer } from '@sluice/producer/compose'
import type { RecordMetadata, TopicMessages } from 'kafkajs-original'
import type { Lane } from '../lanes/lane.js'
import type { Placement } from '../lanes/placement.js'
import { OutgoingRecord } from '../records/outgoing-record.js'
import { callFailure } from '../records/partial-failure.js'
import { resultOf, resultsOf } from '../records/results.js'

/** Takes records: a producer, or a transaction of it. */
export type Target = Pick<Producer, 'enqueue' | 'sendMany'>

/**
 * Sends the messages of one call. All of them are read, checked and placed before a record of them is on its way, and all topics are
 * known by then: so a call whose messages or topics are wrong has written nothing.
 */
export function dispatch(
  lane: Lane,
  target: Target,
  topicMessages: readonly TopicMessages[],
  placement: Placement,
): Promise<RecordMetadata[]> {
  for (const { topic } of topicMessages)
    if (!lane.gate.isOpen(topic)) return dispatchLater(lane, target, topicMessages, placement)
  return append(lane, target, topicMessages, placement)
}

async function dispatchLater(
  lane: Lane,
  target: Target,
  topicMessages: readonly TopicMessages[],
  placement: Placement,
): Promise<RecordMetadata[]> {
  try {
    await Promise.all(topicMessages.map(({ topic }) => lane.gate.wait(topic)))
  } catch (error) {
    throw callFailure(error, 'metadata', lane)
  }
  return append(lane, target, topicMessages, placement)
}

function append(
  lane: Lane,
  target: Target,
  topicMessages: readonly TopicMessages[],
  placement: Placement,
): Promise<RecordMetadata[]> {
  try {
    const records = recordsOf(lane, topicMessages, placement)
    if (records.length === 1) return appendOne(lane, target, records[0]!)
    return records.length === 0 ? Promise.resolve([]) : appendMany(lane, target, records)
  } catch (error) {
    return Promise.reject(callFailure(error, 'produce', lane))
  }
}

function recordsOf(
  lane: Lane,
  topicMessages: readonly TopicMessages[],
  placement: Placement,
): OutgoingRecord[] {
  const now = Date.now()
  const records: OutgoingRecord[] = []
  for (const { topic, messages } of topicMessages) {
    const partitions = lane.partitionsOf(topic)
    for (const message of messages) {
      const partition = placement.place(topic, message, partitions)
      records.push(new OutgoingRecord(topic, message, partition, now))
    }
  }
  return records
}

/** A call with one record, until its end. */
interface SingleCall {
  readonly lane: Lane
  resolve(results: RecordMetadata[]): void
  reject(error: unknown): void
}

function appendOne(lane: Lane, target: Target, record: OutgoingRecord): Promise<RecordMetadata[]> {
  return new Promise((resolve, reject) => {
    const call: SingleCall = { lane, resolve, reject }
    target.enqueue(record, onDelivered, call)
  })
}

const onDelivered: DeliveryCallback<SingleCall> = (error, metadata, call) => {
  const { lane } = call
  if (error !== null) call.reject(callFailure(error, 'produce', lane))
  else if (lane.kind.acks === 0 || metadata === null) call.resolve([])
  else call.resolve([resultOf(metadata, lane.answerOf)])
}

async function appendMany(
  lane: Lane,
  target: Target,
  records: readonly OutgoingRecord[],
): Promise<RecordMetadata[]> {
  try {
    const acknowledged = await target.sendMany(records)
    return lane.kind.acks === 0 ? [] : resultsOf(acknowledged, lane.answerOf)
  } catch (error) {
    throw callFailure(error, 'produce', lane)
  }
}
