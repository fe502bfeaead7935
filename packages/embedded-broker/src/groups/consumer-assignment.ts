import { Buffer } from 'node:buffer'
import { ByteReader, ByteWriter } from '@sluice/protocol'
import { arrayOf, bytes, int16, int32, nullable, string, struct } from '@sluice/protocol/schema'

/** The protocol type of consumers. Other types have assignments of another form. */
export const consumerProtocol = 'consumer'

/** What a leader gives to a consumer: Kafka's `ConsumerProtocolAssignment`, all versions. */
const assignment = struct({
  version: int16,
  topics: arrayOf(struct({ topic: string, partitions: arrayOf(int32) })),
  userData: nullable(bytes),
})

/** The partitions of one topic. */
export interface AssignedTopic {
  readonly topic: string
  readonly partitions: number[]
}

/** The partitions in an assignment. None in empty bytes, and in those that no consumer can have made. */
export function assignedTopics(assigned: Uint8Array): AssignedTopic[] {
  return decode(assigned)?.topics ?? []
}

/** The assignment without the partitions that a test is true of. What cannot be read is left as it is. */
export function withoutPartitions(
  assigned: Uint8Array,
  isMeant: (topic: string, partition: number) => boolean,
): Uint8Array {
  const decoded = decode(assigned)
  if (decoded === null) return assigned
  const topics = decoded.topics
    .map(({ partitions, topic }) => ({
      topic,
      partitions: partitions.filter((one) => !isMeant(topic, one)),
    }))
    .filter(({ partitions }) => partitions.length > 0)
  const writer = new ByteWriter()
  assignment.write(writer, { ...decoded, topics }, 0, false)
  return Buffer.concat(writer.finish())
}

function decode(assigned: Uint8Array): ReturnType<typeof assignment.read> | null {
  if (assigned.length === 0) return null
  try {
    return assignment.read(new ByteReader(assigned), 0, false)
  } catch {
    return null
  }
}
