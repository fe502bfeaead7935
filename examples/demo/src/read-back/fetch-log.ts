import { errorCodeOf, fetchApi, KafkaError } from '@sluice/protocol'
import type { BrokerConnection } from './broker-connection.js'
import { type LogBatch, readBatches } from './log-batch.js'

/** A part of one partition's log: from an offset on, up to another. */
export interface LogRange {
  readonly partition: number
  readonly start: bigint
  readonly end: bigint
}

export interface TopicName {
  readonly name: string
  readonly id: string
}

/** Fetches ranges that one broker leads, until the end of each. */
export async function fetchRanges(
  connection: BrokerConnection,
  topic: TopicName,
  ranges: readonly LogRange[],
  onBatch: (partition: number, batch: LogBatch) => void,
): Promise<void> {
  let open = ranges.filter(({ start, end }) => start < end)
  for (let idle = 0; open.length > 0;) {
    const positions = await fetchOnce(connection, topic, open, onBatch)
    idle = positions.size > 0 ? 0 : idle + 1
    if (idle === maxIdle)
      throw new KafkaError('REQUEST_TIMEOUT', `the log of ${topic.name} does not go on`)
    open = open
      .map((range) => ({ ...range, start: positions.get(range.partition) ?? range.start }))
      .filter(({ start, end }) => start < end)
  }
}

const maxWaitMs = 500
/** How many answers in a row may bring no batch. The records are in the log, so they should come at once. */
const maxIdle = 20
const maxBytes = 4 * 1024 * 1024
const partitionMaxBytes = 1024 * 1024

/** @returns the next offset of each partition that gave a batch */
async function fetchOnce(
  connection: BrokerConnection,
  topic: TopicName,
  ranges: readonly LogRange[],
  onBatch: (partition: number, batch: LogBatch) => void,
): Promise<Map<number, bigint>> {
  const { responses } = await connection.call(fetchApi, requestFor(topic, ranges))
  const positions = new Map<number, bigint>()
  for (const { partitionIndex, errorCode, records } of responses.flatMap(
    ({ partitions }) => partitions,
  )) {
    const code = errorCodeOf(errorCode)
    if (code !== null)
      throw new KafkaError(code, `partition ${partitionIndex} of ${topic.name} cannot be read`)
    for (const batch of await readBatches(records?.[0] ?? new Uint8Array())) {
      onBatch(partitionIndex, batch)
      positions.set(partitionIndex, batch.nextOffset)
    }
  }
  return positions
}

function requestFor({ name, id }: TopicName, ranges: readonly LogRange[]) {
  const partitions = ranges.map(({ partition, start }) => ({
    partition,
    fetchOffset: start,
    partitionMaxBytes,
  }))
  // Older versions of the request name the topic, newer ones take its id.
  return { maxWaitMs, minBytes: 1, maxBytes, topics: [{ topic: name, topicId: id, partitions }] }
}
