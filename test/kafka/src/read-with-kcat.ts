import { linesOf } from './command.js'
import { ensureKcat } from './ensure-kcat.js'
import { sortRecords, type ReadOptions, type ReadRecord } from './read-record.js'

/** A line of `kcat -J`. Its strings are raw bytes, so they are not read as UTF-8 but as latin1. */
interface KcatLine {
  readonly partition: number
  readonly offset: number
  readonly ts: number
  readonly tstype: string
  readonly key: string | null
  readonly payload: string | null
  /** Names and values by turns. */
  readonly headers?: readonly (string | null)[]
}

/** Reads a topic from its beginning to its end with kcat, that is, with librdkafka. */
export async function readWithKcat(
  bootstrapServers: string,
  topic: string,
  { partition, isolation = 'read_uncommitted' }: ReadOptions = {},
): Promise<ReadRecord[]> {
  await ensureKcat()
  const which = partition === undefined ? [] : ['-p', String(partition)]
  const settings = ['-X', `isolation.level=${isolation}`, '-X', 'check.crcs=true']
  const args = ['-C', '-b', bootstrapServers, '-t', topic, ...which, ...settings]
  const records: ReadRecord[] = []
  for await (const line of linesOf('kcat', [...args, '-o', 'beginning', '-e', '-q', '-J'])) {
    records.push(toRecord(JSON.parse(line) as KcatLine))
  }
  return sortRecords(records)
}

function toRecord(line: KcatLine): ReadRecord {
  return {
    partition: line.partition,
    offset: BigInt(line.offset),
    timestamp: line.ts,
    timestampType: line.tstype === 'logappend' ? 'LogAppendTime' : 'CreateTime',
    key: toBytes(line.key),
    value: toBytes(line.payload),
    headers: toHeaders(line.headers ?? []),
  }
}

function toHeaders(flat: readonly (string | null)[]): [string, Buffer | null][] {
  const headers: [string, Buffer | null][] = []
  for (let at = 0; at < flat.length; at += 2) {
    headers.push([String(toBytes(flat[at])), toBytes(flat[at + 1])])
  }
  return headers
}

function toBytes(text: string | null | undefined): Buffer | null {
  return text === null || text === undefined ? null : Buffer.from(text, 'latin1')
}
