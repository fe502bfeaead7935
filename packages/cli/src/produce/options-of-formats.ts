import { optionOf } from '../command-line/option-names.js'
import { UsageError } from '../usage-error.js'
import type { FormatName, ProduceValues } from './produce-options.js'

const fields = ['json', 'csv'] as const

/** The formats in which an option has a meaning. Options that are not here have one in all. */
const formatsOf = {
  keyDelimiter: ['lines'],
  keyOptional: ['lines'],
  headersDelimiter: ['lines'],
  nullMarker: ['lines', 'csv'],
  tombstones: ['lines', 'csv', 'whole'],
  crlf: ['lines', 'json', 'csv'],
  keyField: fields,
  valueField: fields,
  partitionField: fields,
  timestampField: fields,
  headerField: fields,
  csvSeparator: ['csv'],
} as const satisfies Partial<Record<keyof ProduceValues, readonly FormatName[]>>

/** Both of a pair say the same part of a record. */
const contradictions = [
  ['key', 'keyDelimiter'],
  ['key', 'keyField'],
  ['partition', 'partitionField'],
] as const

/** @throws UsageError for an option that the format does not have, and for two that contradict each other */
export function refuseOptionsOfOthers(values: ProduceValues): void {
  for (const [name, formats] of Object.entries(formatsOf) as [
    keyof typeof formatsOf,
    readonly FormatName[],
  ][])
    if (values[name] !== undefined && !formats.includes(values.format))
      throw new UsageError(
        `${optionOf(name)} has no meaning with --format ${values.format}; leave it out`,
      )
  for (const [one, other] of contradictions)
    if (values[one] !== undefined && values[other] !== undefined)
      throw new UsageError(
        `${optionOf(one)} and ${optionOf(other)} are both given; give one of them`,
      )
}
