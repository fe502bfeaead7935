import { type Command, Option } from 'commander'
import { wholeNumber } from '../command-line/values.js'
import { codecNames } from '../connection/codecs.js'
import type { ConnectionValues } from '../connection/connection-options.js'
import { type PartitionerName, partitioners } from '../connection/partitioners.js'

/** What the options of every command that sends records have become. */
export interface SendingValues extends ConnectionValues {
  readonly topic?: string
  readonly compression: (typeof codecNames)[number]
  readonly acks: 'all' | '1' | '0'
  readonly partitioner: PartitionerName
  readonly lingerMs?: number
  readonly batchBytes?: number
  readonly deliveryTimeoutMs?: number
  readonly maxBlockMs?: number
  readonly maxRequestBytes: number
  readonly bufferBytes?: number
  readonly onFailure: 'stop' | 'continue'
  readonly drainMs: number
  readonly progress: boolean
}

/**
 * Adds the options of every command that sends records.
 *
 * @param batchBytes - how large a batch becomes, unless the option says otherwise
 */
export function addSendingOptions(command: Command, batchBytes: number): Command {
  return command
    .optionsGroup('Sending:')
    .addOption(
      new Option('-z, --compression <codec>', 'compresses batches')
        .choices(codecNames)
        .default('none'),
    )
    .addOption(
      new Option('-a, --acks <who>', 'who must have a record: all in-sync replicas, the leader, 0')
        .choices(['all', '1', '0'])
        .default('all'),
    )
    .addOption(
      new Option('--partitioner <name>', 'chooses the partition where none is given')
        .choices(Object.keys(partitioners))
        .default('sticky'),
    )
    .option('--linger-ms <ms>', 'waits for fuller batches', wholeNumber(0))
    .option('--batch-bytes <n>', `the largest batch (${batchBytes})`, wholeNumber(1024))
    .option('--delivery-timeout-ms <ms>', 'when a record has failed (120000)', wholeNumber(1))
    .option('--max-block-ms <ms>', 'how long a record waits for its topic', wholeNumber(1))
    .option('--max-request-bytes <n>', 'the largest record', wholeNumber(1024), 1_048_576)
    .option('--buffer-bytes <n>', 'memory for records on the way', wholeNumber(1))
    .addOption(
      new Option('--on-failure <what>', 'when a record was not delivered: stop sending, or go on')
        .choices(['stop', 'continue'])
        .default('stop'),
    )
    .option('--drain-ms <ms>', 'how long Ctrl-C waits for what was sent', wholeNumber(0), 5000)
    .option('--no-progress', 'shows no counts while it sends')
}
