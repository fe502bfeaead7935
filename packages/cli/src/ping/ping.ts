import { KafkaError } from '@sluice/producer'
import type { CliIo } from '../cli-io.js'
import { errorText } from '../command-line/error-text.js'
import { ConnectionLog } from '../connection/connection-log.js'
import { connectionOf } from '../connection/connection.js'
import { Conversation } from '../connection/conversation.js'
import { networkClientOf } from '../connection/network-client.js'
import { exitCode } from '../exit-code.js'
import { StatusLine } from '../terminal/status-line.js'
import type { PingValues } from './ping-options.js'
import { askCluster } from './ping-report.js'
import { reportText } from './report-text.js'
import { troublesOf } from './troubles.js'

/**
 * `sluice ping`: tells what the cluster is, and whether a producer could send to it.
 *
 * @returns the exit code
 * @throws UsageError
 */
export async function ping(values: PingValues, io: CliIo): Promise<number> {
  const { topic, json = false, maxBlockMs, requestTimeoutMs = maxBlockMs } = values
  const line = new StatusLine(io)
  // What the network warns of on the way becomes the error, which is one line.
  const log = new ConnectionLog(line, values)
  const connection = connectionOf(values, line, log)
  const client = networkClientOf(connection, Math.min(requestTimeoutMs, maxBlockMs))
  const conversation = new Conversation(client, io, maxBlockMs)
  try {
    const report = await askCluster(topic, connection, conversation, io)
    const text = json ? `${JSON.stringify(report)}\n` : reportText(report, topic !== undefined)
    io.stdout.write(text)
    const troubles = troublesOf(report)
    for (const trouble of troubles) line.print(trouble)
    return troubles.length === 0 ? exitCode.done : exitCode.failed
  } catch (error) {
    if (!(error instanceof KafkaError) || error.code === 'INVALID_OPTION') throw error
    line.print(errorText(error))
    return exitCode.failed
  } finally {
    await conversation.close()
  }
}
