import type { RecordMetadata as Acknowledged } from '@sluice/protocol'
import type { RecordMetadata } from 'kafkajs-original'

/** What the broker of a partition has told with its last answer. */
export interface PartitionAnswer {
  /** -1 where the topic keeps the timestamps of the producer. */
  readonly logAppendTime: bigint
  readonly logStartOffset: bigint
}

/** Gives the last answer of a partition; undefined where no broker has answered. */
export type AnswerOf = (topic: string, partition: number) => PartitionAnswer | undefined

/** The result of a call with one record. */
export function resultOf(record: Acknowledged, answerOf: AnswerOf): RecordMetadata {
  const answer = answerOf(record.topic, record.partition)
  const isLogAppendTime = answer !== undefined && answer.logAppendTime >= 0n
  return {
    topicName: record.topic,
    partition: record.partition,
    errorCode: 0,
    baseOffset: String(record.offset),
    logAppendTime: isLogAppendTime ? String(record.timestamp) : '-1',
    logStartOffset: String(answer?.logStartOffset ?? -1n),
  }
}

/** One result for each partition, with the offset of the first record that the call has written there. */
export function resultsOf(records: readonly Acknowledged[], answerOf: AnswerOf): RecordMetadata[] {
  const first = new Map<string, Map<number, Acknowledged>>()
  for (const record of records) {
    let ofTopic = first.get(record.topic)
    if (ofTopic === undefined) first.set(record.topic, (ofTopic = new Map()))
    const before = ofTopic.get(record.partition)
    if (before === undefined || record.offset < before.offset) ofTopic.set(record.partition, record)
  }
  return [...first.values()].flatMap((ofTopic) =>
    [...ofTopic.values()].map((record) => resultOf(record, answerOf)),
  )
}
