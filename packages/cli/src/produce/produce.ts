import type { CliIo } from '../cli-io.js'
import { ConnectionLog } from '../connection/connection-log.js'
import { sourcesOf } from '../input/sources.js'
import { namedTopic } from '../sending/named-topic.js'
import { producerOptionsOf } from '../sending/producer-options-of.js'
import { StatusLine } from '../terminal/status-line.js'
import { transactionLimitsOf, transactionOptionsOf } from '../transactions/transaction-limits.js'
import { batchBytes, type ProduceValues } from './produce-options.js'
import { ProduceRun } from './produce-run.js'
import { recordFormatOf } from './record-format-of.js'

/**
 * `sluice produce`: sends the records of the inputs, and tells what became of them.
 *
 * @returns the exit code
 * @throws UsageError before anything is sent
 */
export async function produce(
  files: readonly string[],
  values: ProduceValues,
  io: CliIo,
): Promise<number> {
  const line = new StatusLine(io)
  const log = new ConnectionLog(line, values)
  const format = recordFormatOf(values)
  const limits = transactionLimitsOf(values)
  const options = await producerOptionsOf(values, { batchBytes, line, log })
  const sources = sourcesOf(files, io)
  const producer = io.createProducer({ ...options, ...transactionOptionsOf(values) })
  const topic = namedTopic(values)
  return new ProduceRun({ values, io, line, log, producer, limits, topic }).run(sources, format)
}
