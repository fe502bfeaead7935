import type { Platformatic, PlatformaticMessage } from './platformatic.js'
import { firstTimestamp, type InputRecord } from './records.js'

/** Encodes text to bytes each time, as the serializers of its producer do. Bytes are passed on as they are. */
export function platformaticBatch(
  { createRecordsBatch }: Platformatic,
  records: InputRecord[],
): () => { readonly buffer: Buffer } {
  const headers = records.map(headersOf)
  const messages = (): PlatformaticMessage[] =>
    records.map(({ key, value }, i) => ({
      key: key === null ? undefined : bytesOf(key),
      value: bytesOf(value),
      headers: headers[i],
      timestamp: BigInt(firstTimestamp + i),
    }))
  const options = { producerId: 7n }
  if (records.some(hasText)) return () => createRecordsBatch(messages(), options)
  const made = messages()
  return () => createRecordsBatch(made, options)
}

function hasText({ key, value }: InputRecord): boolean {
  return typeof key === 'string' || typeof value === 'string'
}

function bytesOf(field: string | Buffer): Buffer {
  return typeof field === 'string' ? Buffer.from(field) : field
}

function headersOf({ headers }: InputRecord): Map<Buffer, Buffer> | undefined {
  const pairs = Object.entries(headers)
  if (pairs.length === 0) return undefined
  return new Map(pairs.map(([name, value]) => [Buffer.from(name), Buffer.from(value)]))
}
