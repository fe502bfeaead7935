import type { CliIo } from '../cli-io.js'
import { ConnectionLog } from '../connection/connection-log.js'
import { namedTopic } from '../sending/named-topic.js'
import { producerOptionsOf } from '../sending/producer-options-of.js'
import { StatusLine } from '../terminal/status-line.js'
import { transactionLimitsOf, transactionOptionsOf } from '../transactions/transaction-limits.js'
import { UsageError } from '../usage-error.js'
import { keysOf, payloadsOf } from './payloads.js'
import { batchBytes, type PerfValues } from './perf-options.js'
import { PerfRun } from './perf-run.js'

/**
 * `sluice perf`: sends records at a rate, or as fast as it goes, and tells rates and latencies.
 *
 * @returns the exit code
 * @throws UsageError before anything is sent
 */
export async function perf(values: PerfValues, io: CliIo): Promise<number> {
  const { records, durationMs } = values
  const topic = namedTopic(values)
  if (records !== undefined && durationMs !== undefined)
    throw new UsageError('--records and --duration-ms are both given; give one of them')
  const limits = transactionLimitsOf(values)
  const line = new StatusLine(io)
  const log = new ConnectionLog(line, values)
  const payloads = payloadsOf(values)
  const keys = keysOf(values)
  const options = await producerOptionsOf(values, { batchBytes, line, log })
  const producer = io.createProducer({ ...options, ...transactionOptionsOf(values) })
  return new PerfRun({ values, io, line, log, producer, limits, topic, payloads, keys }).run()
}
