import type { MetadataBroker, MetadataTopic } from './metadata.js'
import { request } from './request.js'
import { encode, type WireReader } from './wire.js'

const listOffsetsApi = 2
/** Asks for the first offset that can be read. */
export const earliest = -2n
/** Asks for the offset that the next record gets. */
export const latest = -1n

export interface PartitionOffset {
  readonly partition: number
  readonly errorCode: number
  readonly offset: bigint
}

/** Asks a broker for an offset of every partition that it leads of these topics. */
export async function listOffsets(
  broker: MetadataBroker,
  topics: readonly MetadataTopic[],
  which: bigint,
): Promise<PartitionOffset[]> {
  const led = topics.map((topic) => encodeLed(topic, broker.id, which))
  const body = Buffer.concat([encode.int32(-1), encode.array(led)])
  const answer = await request(broker, listOffsetsApi, 1, body)
  return answer.array(() => readTopic(answer)).flat()
}

function encodeLed(topic: MetadataTopic, leader: number, which: bigint): Buffer {
  const led = topic.partitions.filter((each) => each.leader === leader)
  const asked = led.map(({ partition }) => [encode.int32(partition), encode.int64(which)])
  return Buffer.concat([
    encode.string(topic.name),
    encode.array(asked.map((fields) => Buffer.concat(fields))),
  ])
}

function readTopic(answer: WireReader): PartitionOffset[] {
  answer.string() // topic
  return answer.array(() => readPartition(answer))
}

function readPartition(answer: WireReader): PartitionOffset {
  const [partition, errorCode] = [answer.int32(), answer.int16()]
  answer.int64() // timestamp
  return { partition, errorCode, offset: answer.int64() }
}
