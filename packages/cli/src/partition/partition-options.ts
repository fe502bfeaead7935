import type { Command } from 'commander'
import { wholeNumber } from '../command-line/values.js'
import type { ConnectionValues } from '../connection/connection-options.js'

/** What the options of `sluice partition` have become. */
export interface PartitionValues extends ConnectionValues {
  readonly partitions?: number
  readonly topic?: string
  readonly maxBlockMs: number
}

/** What stands below the options of `sluice partition --help`. */
export const partitionHelp = `
Examples:
  Where two keys go in a topic of twelve partitions:
    sluice partition -n 12 o-17 o-18
  In a topic that exists:
    sluice partition -b localhost:9092 -t orders o-17`

/** Adds the options of `sluice partition` alone. */
export function addPartitionOptions(command: Command): Command {
  return command
    .option('-n, --partitions <n>', 'how many partitions the topic has', wholeNumber(1))
    .option('-t, --topic <name>', 'a topic whose partitions the cluster counts')
    .option('--max-block-ms <ms>', 'how long to wait for the topic', wholeNumber(1), 10_000)
}
