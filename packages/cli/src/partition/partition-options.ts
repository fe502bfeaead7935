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

/** More than any cluster holds: the partitioners are given a list of them. */
const mostPartitions = 1_000_000

/** Adds the options of `sluice partition` alone. */
export function addPartitionOptions(command: Command): Command {
  return command
    .option(
      '-n, --partitions <n>',
      'how many partitions the topic has',
      wholeNumber(1, mostPartitions),
    )
    .option('-t, --topic <name>', 'a topic whose partitions the cluster counts')
    .option('--max-block-ms <ms>', 'how long to wait for the topic', wholeNumber(1), 10_000)
}

/** What counts the partitions on the command line counts more than what the environment or a file of settings says. */
export function partitionValuesOf(command: Command): PartitionValues {
  const values = command.opts<PartitionValues>()
  const { partitions, topic, ...others } = values
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli'
  if (isGiven('partitions') === isGiven('topic')) return values
  return isGiven('topic') ? { ...others, topic: topic! } : { ...others, partitions: partitions! }
}
