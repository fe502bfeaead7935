import { describeValue, KafkaError } from '@sluice/protocol'
import type { OffsetOfPartition, OffsetsOfGroup } from '@sluice/sender'
import { checkTopic } from '../intake/check-record.js'
import { invalidArgument, shown, typeName } from '../invalid.js'
import type { TopicPartitionOffset, TransactionOffsets } from './transaction.js'

const largestOffset = 2n ** 63n - 1n
const largestInt32 = 2 ** 31 - 1

/** Reads what `sendOffsets` was given, once. @throws KafkaError INVALID_ARGUMENT that names the field, INVALID_TOPIC_EXCEPTION */
export function checkedOffsets(given: TransactionOffsets): OffsetsOfGroup {
  try {
    return readOffsets(given)
  } catch (error) {
    throw error instanceof KafkaError ? error : invalidArgument('reading the offsets threw', error)
  }
}

function readOffsets(given: TransactionOffsets): OffsetsOfGroup {
  if (typeof given !== 'object' || given === null)
    throw invalidArgument(`sendOffsets takes { groupId, offsets }, and this is ${typeName(given)}`)
  const { groupId, offsets } = given
  if (typeof groupId !== 'string' || groupId === '')
    throw invalidArgument(`groupId is ${describeValue(groupId)}; give the id of the consumer group`)
  if (!Array.isArray(offsets))
    throw invalidArgument(
      `offsets is ${typeName(offsets)}; give an array of { topic, partition, offset }`,
    )
  return { groupId, ...checkedMember(given), offsets: checkedList(offsets) }
}

/** Without a generation the coordinator can check nothing, and refuses a member that comes without. */
function checkedMember({
  memberId = '',
  generationId = -1,
  groupInstanceId = null,
}: TransactionOffsets): Omit<OffsetsOfGroup, 'groupId' | 'offsets'> {
  if (typeof memberId !== 'string')
    throw invalidArgument(`memberId is ${typeName(memberId)}; give the member's id`)
  if (groupInstanceId !== null && typeof groupInstanceId !== 'string')
    throw invalidArgument(
      `groupInstanceId is ${typeName(groupInstanceId)}; give text, or leave it out`,
    )
  if (!isInt32(generationId, -1))
    throw invalidArgument(
      `generationId is ${shown(generationId)}; give the group's generation, or leave it out`,
    )
  if (generationId < 0) return { memberId: '', generationId: -1, groupInstanceId: null }
  if (memberId === '')
    throw invalidArgument(
      `generationId is ${generationId} and there is no memberId; give both, or neither`,
    )
  return { memberId, generationId, groupInstanceId }
}

/** By the length of the array, not by an iterator of its own. */
function checkedList(given: readonly TopicPartitionOffset[]): OffsetOfPartition[] {
  const known = new Set<string>()
  return Array.from({ length: given.length }, (_, at) => {
    const offset = checkedOffset(given[at]!, `offsets[${at}]`)
    const place = `${offset.partition} ${offset.topic}`
    if (known.has(place))
      throw invalidArgument(
        `offsets[${at}] is another one for partition ${offset.partition} of topic ${offset.topic}; give one for each partition`,
      )
    known.add(place)
    return offset
  })
}

function checkedOffset(given: TopicPartitionOffset, name: string): OffsetOfPartition {
  if (typeof given !== 'object' || given === null)
    throw invalidArgument(`${name} is ${typeName(given)}; give { topic, partition, offset }`)
  const { topic, partition, offset, leaderEpoch = -1, metadata = null } = given
  if (typeof topic !== 'string')
    throw invalidArgument(`the topic of ${name} is ${typeName(topic)}; give its name`)
  checkTopic(topic)
  if (!isInt32(partition, 0))
    throw invalidArgument(`the partition of ${name} is ${shown(partition)}; give its number`)
  if (!isInt32(leaderEpoch, -1))
    throw invalidArgument(
      `the leaderEpoch of ${name} is ${shown(leaderEpoch)}; give that of the last record, or leave it out`,
    )
  if (metadata !== null && typeof metadata !== 'string')
    throw invalidArgument(`the metadata of ${name} is ${typeName(metadata)}; give text or null`)
  return { topic, partition, offset: wholeOffset(offset, name), leaderEpoch, metadata }
}

function wholeOffset(given: unknown, name: string): bigint {
  const isWhole =
    typeof given === 'bigint' ||
    (typeof given === 'number' && Number.isSafeInteger(given)) ||
    (typeof given === 'string' && /^\d{1,19}$/.test(given))
  const offset = isWhole ? BigInt(given) : -1n
  if (offset >= 0n && offset <= largestOffset) return offset
  throw invalidArgument(
    `the offset of ${name} is ${describeValue(given)}; give the next offset to read: a bigint, a whole number or its digits, from 0 to ${largestOffset}`,
  )
}

function isInt32(value: unknown, least: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= largestInt32
}
