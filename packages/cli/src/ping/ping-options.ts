import { longestTimerMs } from '@sluice/protocol'
import type { Command } from 'commander'
import { wholeNumber } from '../command-line/values.js'
import type { ConnectionValues } from '../connection/connection-options.js'

/** What the options of `sluice ping` have become. */
export interface PingValues extends ConnectionValues {
  readonly topic?: string
  readonly json?: boolean
  readonly maxBlockMs: number
}

/** What stands below the options of `sluice ping --help`. */
export const pingHelp = `
Examples:
  Is the cluster there, and what does it speak?
    sluice ping -b localhost:9092
  Could a producer write this topic, as this user?
    SLUICE_SASL_PASSWORD=… sluice ping -b broker:9093 -t orders --tls \\
      --sasl-mechanism scram-sha-512 --sasl-username orders
  For a script:
    sluice ping -b localhost:9092 --json | jq '.brokers[].id'

The exit code is 0 if every broker answers, every partition has a leader and as many replicas in
sync as records with acks all need, no topic has an error, and this client may write the topic, as
far as the cluster tells; 1 if not, and then each trouble is a line on stderr; 2 if the command was
called wrongly. Nothing is written or created.`

/** Adds the options of `sluice ping` alone. */
export function addPingOptions(command: Command): Command {
  return command
    .option('-t, --topic <name>', 'this topic alone, and what this client may do with it')
    .option('--json', 'prints the whole report as JSON')
    .option(
      '--max-block-ms <ms>',
      'how long all of it may take',
      wholeNumber(1, longestTimerMs),
      10_000,
    )
}
