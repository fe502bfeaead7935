import type { TopicSpec } from './create-topics.js'
import { tryMetadata, type MetadataBroker, type MetadataTopic } from './metadata.js'
import { request } from './request.js'
import { waitFor } from './wait-for.js'
import { encode, type WireReader } from './wire.js'

const listOffsetsApi = 2
const earliest = -2n

/** Waits until a broker knows the leader of every partition, and serves those it leads itself. */
export async function topicsReady(
  broker: MetadataBroker,
  topics: readonly Pick<TopicSpec, 'name' | 'partitions'>[],
): Promise<void> {
  const names = topics.map(({ name }) => name)
  await waitFor(`broker ${broker.id} serves ${names.join(', ')}`, async () => {
    const metadata = await tryMetadata(broker, names)
    const found = metadata?.topics ?? []
    const known = topics.every((topic) => isKnown(topic.partitions, named(found, topic.name)))
    return known && (await servesItsOwn(broker, found))
  })
}

function named(topics: readonly MetadataTopic[], wanted: string): MetadataTopic | undefined {
  return topics.find(({ name }) => name === wanted)
}

function isKnown(partitions: number, topic: MetadataTopic | undefined): boolean {
  return topic?.partitions.filter(({ leader }) => leader >= 0).length === partitions
}

// A broker tells of a new partition before it has made the files for it, and until then refuses
// records for it: so it is asked for something that only a leader at work answers.
async function servesItsOwn(
  broker: MetadataBroker,
  topics: readonly MetadataTopic[],
): Promise<boolean> {
  const body = [encode.int32(-1), encode.array(topics.map((topic) => encodeLed(topic, broker.id)))]
  const answer = await request(broker, listOffsetsApi, 1, Buffer.concat(body)).catch(
    () => undefined,
  )
  const errors = answer?.array(() => readTopicErrors(answer)).flat()
  return errors?.every((errorCode) => errorCode === 0) ?? false
}

function encodeLed(topic: MetadataTopic, leader: number): Buffer {
  const led = topic.partitions.filter((each) => each.leader === leader)
  const asked = led.map(({ partition }) => [encode.int32(partition), encode.int64(earliest)])
  return Buffer.concat([
    encode.string(topic.name),
    encode.array(asked.map((fields) => Buffer.concat(fields))),
  ])
}

function readTopicErrors(answer: WireReader): number[] {
  answer.string() // topic
  return answer.array(() => readErrorCode(answer))
}

function readErrorCode(answer: WireReader): number {
  answer.int32() // partition
  const errorCode = answer.int16()
  answer.int64() // timestamp
  answer.int64() // offset
  return errorCode
}
