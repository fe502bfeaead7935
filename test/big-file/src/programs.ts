import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ensureKcat, fetchKafka } from '@sluice/test-kafka'
import type { Program } from './measured-run.js'

/** `sluice produce` as it is published: its build. */
export function sluiceProduce(servers: string, topic: string, file: string): Program {
  const manifest = fileURLToPath(import.meta.resolve('@sluice/cli/package.json'))
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { sluice: string } }
  const program = join(dirname(manifest), bin.sluice)
  const args = [program, 'produce', '-b', servers, '-t', topic, file]
  return { name: 'sluice produce', command: process.execPath, args, readsInput: false }
}

/** kcat as its manual says. */
export async function kcat(servers: string, topic: string, file: string): Promise<Program> {
  await ensureKcat()
  const args = ['-P', '-b', servers, '-t', topic, '-l', file]
  return { name: 'kcat -P', command: 'kcat', args, readsInput: false }
}

/** Kafka's console producer, with the heap that its script gives it. */
export async function consoleProducer(servers: string, topic: string): Promise<Program> {
  const libs = await fetchKafka()
  const main = 'org.apache.kafka.tools.ConsoleProducer'
  const java = ['-Xmx512M', '-cp', join(libs, '*'), main]
  const args = [...java, '--bootstrap-server', servers, '--topic', topic]
  return { name: 'kafka-console-producer', command: 'java', args, readsInput: true }
}
