import { Buffer } from 'node:buffer'
import { bytesOfDelimiter } from '../input/escapes.js'
import { DelimitedFraming } from '../input/framing/delimited.js'
import { WholeFraming } from '../input/framing/whole.js'
import { lineReader } from '../input/line-reader.js'
import type { Header, RecordBase, RecordFormat } from '../input/record-format.js'
import { namedTopic } from '../sending/named-topic.js'
import { UsageError } from '../usage-error.js'
import { csvFormat, jsonFormat } from './field-format-of.js'
import { refuseOptionsOfOthers } from './options-of-formats.js'
import type { ProduceValues } from './produce-options.js'

/** How the input becomes records. @throws UsageError for options that contradict each other */
export function recordFormatOf(values: ProduceValues): RecordFormat {
  const base = recordBaseOf(values)
  refuseOptionsOfOthers(values)
  switch (values.format) {
    case 'whole':
      return wholeFormat(values, base)
    case 'json':
      return jsonFormat(values, base)
    case 'csv':
      return csvFormat(values, base)
    default:
      return lineFormat(values, base)
  }
}

/** @throws UsageError without a topic, and for a header without a name */
export function recordBaseOf(values: ProduceValues): RecordBase {
  const { key, partition, header } = values
  return {
    topic: namedTopic(values),
    ...(key === undefined ? {} : { key }),
    ...(partition === undefined ? {} : { partition }),
    ...(header === undefined ? {} : { headers: header.map(headerOf) }),
  }
}

function headerOf(text: string): Header {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new UsageError('--header is not name=value; write --header trace=17')
}

function wholeFormat(values: ProduceValues, base: RecordBase): RecordFormat {
  const emptyIsNull = values.tombstones === true
  return {
    mark: values.bom ?? 'keep',
    framing: () => new WholeFraming(values.maxRequestBytes),
    reader: () => lineReader({ base, keyOptional: true, emptyIsNull, crlf: false }),
  }
}

function lineFormat(values: ProduceValues, base: RecordBase): RecordFormat {
  const { keyDelimiter, headersDelimiter, nullMarker } = values
  if (values.keyOptional === true && keyDelimiter === undefined)
    throw new UsageError('--key-optional needs --key-delimiter')
  const delimiter = bytesOfDelimiter('--delimiter', values.delimiter)
  const shape = {
    base,
    keyOptional: values.keyOptional === true,
    emptyIsNull: values.tombstones === true,
    crlf: values.crlf === true,
    ...optionalBytes('keyDelimiter', '--key-delimiter', keyDelimiter),
    ...optionalBytes('headersDelimiter', '--headers-delimiter', headersDelimiter),
    ...(nullMarker === undefined ? {} : { nullMarker: Buffer.from(nullMarker) }),
  }
  return {
    mark: values.bom ?? 'check',
    framing: () => new DelimitedFraming(delimiter, values.maxRequestBytes),
    reader: () => lineReader(shape),
  }
}

function optionalBytes<Name extends string>(
  name: Name,
  option: string,
  text: string | undefined,
): Partial<Record<Name, Buffer>> {
  if (text === undefined) return {}
  return { [name]: bytesOfDelimiter(option, text) } as Record<Name, Buffer>
}
