import { fileURLToPath } from 'node:url'
import { linesOf } from './command.js'
import { fetchKafka } from './fetch-kafka.js'
import { programArguments } from './java.js'
import { sortRecords, type ReadOptions, type ReadRecord } from './read-record.js'

export interface ReadWithJavaOptions extends ReadOptions {
  /** The version of the consumer.
   *  @defaultValue `KAFKA_VERSION`, or else 4.3.1 */
  readonly version?: string
}

const program = fileURLToPath(new URL('ReadTopic.java', import.meta.url))

/** Reads a topic from its beginning to its end with Kafka's own consumer, which checks the CRCs. */
export async function readWithJava(
  bootstrapServers: string,
  topic: string,
  options: ReadWithJavaOptions = {},
): Promise<ReadRecord[]> {
  const records: ReadRecord[] = []
  for await (const record of scanWithJava(bootstrapServers, topic, options)) records.push(record)
  return sortRecords(records)
}

/** The same, one record after the other, for topics that memory does not hold: in order within each partition only. */
export async function* scanWithJava(
  bootstrapServers: string,
  topic: string,
  { partition = -1, isolation = 'read_uncommitted', version }: ReadWithJavaOptions = {},
): AsyncGenerator<ReadRecord> {
  const java = await programArguments(await fetchKafka(version), program)
  const args = [bootstrapServers, topic, String(partition), isolation]
  for await (const line of linesOf('java', [...java, ...args])) yield parseLine(line)
}

function parseLine(line: string): ReadRecord {
  const [partition, offset, timestamp, timestampType, key, value, headers] = line.split(' ')
  return {
    partition: Number(partition),
    offset: BigInt(offset ?? ''),
    timestamp: Number(timestamp),
    timestampType: timestampType === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
    key: parseBytes(key),
    value: parseBytes(value),
    headers: headers ? headers.split(',').map(parseHeader) : [],
  }
}

function parseHeader(text: string): [string, Buffer | null] {
  const [name, value] = text.split(':')
  return [Buffer.from(name ?? '', 'base64').toString(), parseBytes(value)]
}

function parseBytes(text: string | undefined): Buffer | null {
  return text === undefined || text === '-' ? null : Buffer.from(text, 'base64')
}
