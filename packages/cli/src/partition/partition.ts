import { KafkaError } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'
import { errorText } from '../command-line/error-text.js'
import { ConnectionLog } from '../connection/connection-log.js'
import { connectionOf } from '../connection/connection.js'
import { exitCode } from '../exit-code.js'
import { StatusLine } from '../terminal/status-line.js'
import { tableOf } from '../terminal/table.js'
import { UsageError } from '../usage-error.js'
import type { PartitionValues } from './partition-options.js'
import { keyedPartitioners, placementsOf } from './placements.js'

/**
 * `sluice partition`: tells where each key goes under each partitioner.
 *
 * @returns the exit code
 * @throws UsageError where the number of partitions is not known, or named twice
 */
export async function partition(
  keys: readonly string[],
  values: PartitionValues,
  io: CliIo,
): Promise<number> {
  const { topic = 'topic' } = values
  const line = new StatusLine(io)
  try {
    const count = await countOf(values, io, line)
    const rows = keys.map((key) => [key, ...placementsOf(topic, key, count).map(String)])
    io.stdout.write(tableOf(['key', ...keyedPartitioners], rows))
    return exitCode.done
  } catch (error) {
    if (!(error instanceof KafkaError) || error.code === 'INVALID_OPTION') throw error
    line.print(errorText(error))
    return exitCode.failed
  }
}

async function countOf(values: PartitionValues, io: CliIo, line: StatusLine): Promise<number> {
  const { partitions, topic, maxBlockMs } = values
  if ((partitions === undefined) === (topic === undefined))
    throw new UsageError(
      'give --partitions, or the --topic whose partitions the cluster counts, and not both',
    )
  if (topic === undefined) return partitions!
  const log = new ConnectionLog(line, values)
  const producer = io.createProducer({
    ...connectionOf(values, line, log),
    maxBlockMs,
  })
  try {
    return (await producer.partitionsFor(topic)).length
  } finally {
    await producer.close()
  }
}
