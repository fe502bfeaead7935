import { csvReader } from '../input/csv-reader.js'
import { bytesOfDelimiter } from '../input/escapes.js'
import type { FieldNames } from '../input/fields.js'
import { CsvFraming } from '../input/framing/csv.js'
import { DelimitedFraming } from '../input/framing/delimited.js'
import { jsonReader } from '../input/json-reader.js'
import type { RecordBase, RecordFormat } from '../input/record-format.js'
import { UsageError } from '../usage-error.js'
import type { ProduceValues } from './produce-options.js'

/** Lines of JSON. */
export function jsonFormat(values: ProduceValues, base: RecordBase): RecordFormat {
  const delimiter = bytesOfDelimiter('--delimiter', values.delimiter)
  const shape = { base, names: fieldNamesOf(values), crlf: values.crlf === true }
  return {
    // A mark is no JSON.
    mark: values.bom ?? 'strip',
    framing: () => new DelimitedFraming(delimiter, values.maxRequestBytes),
    reader: () => jsonReader(shape),
  }
}

/** CSV with a header. */
export function csvFormat(values: ProduceValues, base: RecordBase): RecordFormat {
  if (values.delimiter !== '\\n')
    throw new UsageError('--delimiter has no meaning with --format csv; leave it out')
  const { nullMarker } = values
  const shape = {
    base,
    names: fieldNamesOf(values),
    separator: separatorOf(values.csvSeparator),
    emptyIsNull: values.tombstones === true,
    ...(nullMarker === undefined ? {} : { nullMarker }),
  }
  return {
    // A mark would be part of the first column's name.
    mark: values.bom ?? 'strip',
    framing: () => new CsvFraming(values.maxRequestBytes),
    reader: () => csvReader(shape),
  }
}

function fieldNamesOf(values: ProduceValues): FieldNames {
  const { keyField, valueField, partitionField, timestampField, headerField = [] } = values
  return {
    headers: headerField.map(headerFieldOf),
    ...(keyField === undefined ? {} : { key: keyField }),
    ...(valueField === undefined ? {} : { value: valueField }),
    ...(partitionField === undefined ? {} : { partition: partitionField }),
    ...(timestampField === undefined ? {} : { timestamp: timestampField }),
  }
}

function headerFieldOf(text: string): readonly [header: string, field: string] {
  const at = text.indexOf('=')
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)]
  throw new UsageError('--header-field is not name=field; write --header-field trace=trace_id')
}

function separatorOf(text = ','): string {
  const separator = bytesOfDelimiter('--csv-separator', text).toString('latin1')
  if (/^[^"\r\n\x80-\xff]$/.test(separator)) return separator
  throw new UsageError(
    '--csv-separator is no single character of ASCII other than a quote; give one, such as ";" or "\\t"',
  )
}
