// npm run test:big-file: a big file of JSON lines by sluice produce, kcat and Kafka's console producer.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka } from '@sluice/test-kafka'
import { Checks } from './checks.js'
import { writeJsonLines } from './json-lines-file.js'
import { compare, interruptInMidRun, killInMidRun, type Rounds } from './rounds.js'

const wantedBytes = Number(process.env['SLUICE_BIG_FILE_BYTES'] ?? 1_000_000_000)
if (!Number.isSafeInteger(wantedBytes) || wantedBytes < 1)
  throw new Error('SLUICE_BIG_FILE_BYTES is a whole number of bytes')

const folder = mkdtempSync(join(tmpdir(), 'sluice-big-file-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const file = join(folder, 'lines.jsonl')
const content = await writeJsonLines(file, wantedBytes)
const bytes = statSync(file).size
console.log(`${content.lines} lines of JSON, ${(bytes / 1_000_000).toFixed(0)} MB`)
await using kafka = await startKafka({ brokers: 3 })
const checks = new Checks()
const rounds: Rounds = { kafka, checks, file, content, bytes }
await compare(rounds)
await interruptInMidRun(rounds)
await killInMidRun(rounds)
checks.finish()
