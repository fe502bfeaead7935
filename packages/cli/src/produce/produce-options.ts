import { type Command, Option } from 'commander'
import { collected, positiveNumber, wholeNumber } from '../command-line/values.js'
import type { MarkPolicy } from '../input/byte-order-mark.js'
import { addSendingOptions, type SendingValues } from '../sending/sending-options.js'
import {
  addTransactionOptions,
  type TransactionValues,
} from '../transactions/transaction-options.js'

/** How the input is written. */
export type FormatName = 'lines' | 'whole' | 'json' | 'csv'

/** What the options of `sluice produce` have become. */
export interface ProduceValues extends SendingValues, TransactionValues {
  readonly format: FormatName
  readonly delimiter: string
  readonly keyDelimiter?: string
  readonly keyOptional?: boolean
  readonly headersDelimiter?: string
  readonly nullMarker?: string
  readonly tombstones?: boolean
  readonly crlf?: boolean
  readonly bom?: MarkPolicy
  readonly keyField?: string
  readonly valueField?: string
  readonly partitionField?: string
  readonly timestampField?: string
  readonly headerField?: readonly string[]
  readonly csvSeparator?: string
  readonly onBadLine: 'stop' | 'skip'
  readonly key?: string
  readonly partition?: number
  readonly header?: readonly string[]
  readonly rate?: number
}

/** Brokers copy few large batches to each other with much less work than many small ones. It fits a topic's `max.message.bytes`. */
export const batchBytes = 1_000_000

/** Adds the options of `sluice produce` alone, by what they are about. */
export function addProduceOptions(command: Command): Command {
  addInputOptions(command)
  addFieldOptions(command)
  addRecordOptions(command)
  addTransactionOptions(command)
  return addSendingOptions(command, batchBytes).option(
    '--rate <n>',
    'at most so many records a second',
    positiveNumber,
  )
}

function addInputOptions(command: Command): void {
  command
    .optionsGroup('The input:')
    .addOption(
      new Option('-f, --format <name>', 'lines, json lines or csv rows are records; or whole files')
        .choices(['lines', 'json', 'csv', 'whole'])
        .default('lines'),
    )
    .option('-D, --delimiter <text>', 'stands between records; \\t \\0 \\x1f …', '\\n')
    .option('-K, --key-delimiter <text>', 'stands between key and value, of any length')
    .option('--key-optional', 'a line without --key-delimiter is a value without a key')
    .option('--headers-delimiter <text>', 'lines begin with name:value,name:value and this')
    .option('--null-marker <text>', 'a key, value or header that is this text is null')
    .option('-Z, --tombstones', 'an empty value is null: a tombstone; an empty key is none')
    .option('--crlf', 'lines may end in \\r\\n')
    .addOption(
      new Option(
        '--bom <what>',
        'byte order mark: strip that of UTF-8; check refuses UTF-16; keep',
      ).choices(['check', 'strip', 'keep']),
    )
    .addOption(
      new Option('--on-bad-line <what>', 'a line that cannot be a record: stop, or skip and count')
        .choices(['stop', 'skip'])
        .default('stop'),
    )
}

function addFieldOptions(command: Command): void {
  command
    .optionsGroup('The fields of JSON and CSV:')
    .option('--key-field <name>', 'holds the key; of objects in JSON: order.id')
    .option('--value-field <name>', 'holds the value, instead of the line, or of all columns')
    .option('--partition-field <name>', 'holds the partition')
    .option('--timestamp-field <name>', 'holds the time: milliseconds since 1970')
    .option('--header-field <name=field>', 'holds a header; may come again', collected)
    .option('--csv-separator <char>', 'stands between fields: one character, or \\t (,)')
}

function addRecordOptions(command: Command): void {
  command
    .optionsGroup('The records:')
    .option('-t, --topic <name>', 'where they go')
    .option('-k, --key <text>', 'the key of all records')
    .option('-p, --partition <n>', 'the partition of all records', wholeNumber(0))
    .option('-H, --header <name=value>', 'a header of all records; may come again', collected)
}
