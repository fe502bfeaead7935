import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './command.js'
import { ensureKcat } from './ensure-kcat.js'
import { runJava } from './java.js'

/** What others write. */
export interface WriteOptions {
  /** Kafka's name of it, as in `compression.type`. */
  readonly compression: string
  /** In order; none with a line feed in it. */
  readonly values: readonly string[]
}

/** What librdkafka is to place. */
export interface PlaceOptions {
  /** Its name of the partitioner: `consistent_random`, `murmur2`, … */
  readonly partitioner: string
  /** Keys of any bytes but line feeds and tabs. */
  readonly keys: readonly Uint8Array[]
}

const program = fileURLToPath(new URL('WriteLines.java', import.meta.url))

/** Writes to partition 0 with Kafka's own producer, in batches of up to 512 KiB. */
export async function writeWithJava(
  bootstrapServers: string,
  topic: string,
  { compression, values }: WriteOptions,
): Promise<void> {
  await withLines(values, (file) => runJava(program, [bootstrapServers, topic, compression, file]))
}

/** Writes to partition 0 with kcat, that is, with librdkafka, in batches of up to 512 KiB. */
export async function writeWithKcat(
  bootstrapServers: string,
  topic: string,
  { compression, values }: WriteOptions,
): Promise<void> {
  await ensureKcat()
  const to = ['-P', '-b', bootstrapServers, '-t', topic, '-p', '0', '-z', compression]
  const settings = ['linger.ms=200', 'batch.size=524288', 'enable.idempotence=true']
  const flags = settings.flatMap((setting) => ['-X', setting])
  await withLines(values, (file) => runCommand('kcat', [...to, ...flags, '-l', file]))
}

/** Writes a record for each key with kcat, which lets a partitioner of librdkafka place it. */
export async function placeWithKcat(
  bootstrapServers: string,
  topic: string,
  { partitioner, keys }: PlaceOptions,
): Promise<void> {
  await ensureKcat()
  const to = ['-P', '-b', bootstrapServers, '-t', topic, '-K', '\t']
  const lines = keys.map((key) => `${Buffer.from(key).toString('latin1')}\tvalue`)
  const place = (file: string): Promise<string> =>
    runCommand('kcat', [...to, '-X', `partitioner=${partitioner}`, '-l', file])
  await withLines(lines, place, 'latin1')
}

async function withLines(
  lines: readonly string[],
  use: (file: string) => Promise<unknown>,
  encoding: BufferEncoding = 'utf8',
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-lines-'))
  try {
    const file = join(folder, 'lines.txt')
    await writeFile(file, lines.map((line) => `${line}\n`).join(''), encoding)
    await use(file)
  } finally {
    await rm(folder, { recursive: true })
  }
}
