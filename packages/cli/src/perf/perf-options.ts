import { longestTimerMs } from '@sluice/protocol'
import { type Command, Option } from 'commander'
import { positiveNumber, wholeNumber } from '../command-line/values.js'
import { addSendingOptions, type SendingValues } from '../sending/sending-options.js'
import {
  addTransactionOptions,
  type TransactionValues,
} from '../transactions/transaction-options.js'

/** What the options of `sluice perf` have become. */
export interface PerfValues extends SendingValues, TransactionValues {
  readonly rate?: number
  readonly records?: number
  readonly durationMs?: number
  readonly warmUpMs: number
  readonly recordBytes: number
  readonly payload: 'json' | 'random'
  readonly payloadFile?: string
  readonly keys: number
  readonly reportMs: number
  readonly json?: boolean
}

/** What stands below the options of `sluice perf --help`. */
export const perfHelp = `
Examples:
  As fast as the cluster takes records of 1 KiB, for ten seconds:
    sluice perf -b localhost:9092 -t load --record-bytes 1024
  The latency at 50,000 records a second, for a minute:
    sluice perf -b localhost:9092 -t load --rate 50000 --duration-ms 60000
  In transactions of half a second, as a service that commits twice a second:
    sluice perf -b localhost:9092 -t load --rate 5000 --transactional-id load --transaction-ms 500
  A million records with keys, compressed, as JSON for a script:
    sluice perf -b localhost:9092 -t load --records 1000000 --keys 10000 -z lz4 --json

With --rate each record is due at a moment of its own, and its latency counts from then on, also
where the cluster stands still and the record cannot even be sent: nothing is left out. Without
--rate it counts from the call that hands the record over. What is sent during --warm-up-ms has
been acknowledged before the measurement begins, and is not part of it. In transactions the latency
of a record ends when a broker has it; what commits take is told apart, and delays the next record.

The exit code is 0 if every record was acknowledged, 1 if not, 2 if the command was called wrongly,
and 130 or 143 after Ctrl-C or SIGTERM; the figures are those up to then.`

/** All keys are made before the load. */
const mostKeys = 1_000_000
/** A broker takes no larger request by default (`socket.request.max.bytes`). */
const mostRecordBytes = 104_857_600

/** That of a producer whose options say nothing: its latency is what services will see. */
export const batchBytes = 65_536

/** Adds the options of `sluice perf` alone. */
export function addPerfOptions(command: Command): Command {
  command
    .optionsGroup('The load:')
    .option('-t, --topic <name>', 'where the records go')
    .option(
      '--rate <n>',
      'records a second; without it as fast as the cluster takes',
      positiveNumber,
    )
    .option('--records <n>', 'how many are measured', wholeNumber(1))
    .option('--duration-ms <ms>', 'for how long, if --records is not given (10000)', wholeNumber(1))
    .option(
      '--warm-up-ms <ms>',
      'the same load before, which is not measured',
      wholeNumber(0),
      2000,
    )
    .option('--record-bytes <n>', 'the size of a value', wholeNumber(1, mostRecordBytes), 100)
    .addOption(
      new Option('--payload <what>', 'values: all different, of JSON, or bytes that do not shrink')
        .choices(['json', 'random'])
        .default('json'),
    )
    .option('--payload-file <file>', 'values are the lines of this file, over and over')
    .option(
      '--keys <n>',
      'how many different keys; 0 is records without a key',
      wholeNumber(0, mostKeys),
      0,
    )
    .optionsGroup('The report:')
    .option(
      '--report-ms <ms>',
      'a line of figures each so many ms',
      wholeNumber(100, longestTimerMs),
      5000,
    )
    .option('--json', 'prints the figures at the end as JSON')
  addTransactionOptions(command)
  return addSendingOptions(command, batchBytes)
}
