import { errorCodeOf, KafkaError, listOffsetsApi } from '@sluice/protocol'
import type { BrokerConnection } from './broker-connection.js'

/** Where the logs of some partitions end. @throws KafkaError, retriable while this broker does not know the topic yet */
export async function endOffsetsOf(
  connection: BrokerConnection,
  topic: string,
  partitions: readonly number[],
): Promise<[partition: number, offset: bigint][]> {
  const queries = partitions.map((partitionIndex) => ({ partitionIndex, timestamp: latest }))
  const request = { topics: [{ name: topic, partitions: queries }] }
  const { topics } = await connection.call(listOffsetsApi, request)
  return topics
    .flatMap((answer) => answer.partitions)
    .map(({ errorCode, partitionIndex, offset }) => {
      const code = errorCodeOf(errorCode)
      if (code === null) return [partitionIndex, offset]
      throw new KafkaError(code, `the end of partition ${partitionIndex} of ${topic} is not known`)
    })
}

/** Asks for the end of a log, in place of a time. */
const latest = -1n
