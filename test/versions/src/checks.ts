import { startKafka } from '@sluice/test-kafka'
import { kafkaTests } from './kafka-tests.js'
import type { Outcome } from './seen.js'
import { transactions } from './transactions.js'

const ofProducer = (name: string): string => `packages/producer/test/kafka/${name}.kafka.test.ts`
const ofCodec = (name: string): string => `packages/codec-${name}/test/${name}.kafka.test.ts`

/** Files of `npm run test:kafka`, by the titles of their columns, that share a cluster. */
const sharing: Readonly<Record<string, string>> = {
  records: ofProducer('records'),
  snappy: ofCodec('snappy'),
  lz4: ofCodec('lz4'),
  zstd: ofProducer('zstd'),
}

/** Those that kill brokers of their own. */
const killing: Readonly<Record<string, string>> = { 'kill -9': ofProducer('restart') }

/** Versions of transactions that `npm run test:transactions` plays. */
const kinds: Readonly<Record<string, 1 | 2>> = { transactions: 1, 'transactions v2': 2 }

/** What is tried on a version, in the order of the columns. */
export const titles: readonly string[] = [sharing, killing, kinds].flatMap(Object.keys)

/** Tries a version in the ways that are asked for, and tells what came of each as soon as that is known. */
export async function* tryVersion(
  version: string,
  asked: readonly string[],
): AsyncGenerator<Record<string, Outcome>> {
  const wanted = (files: Readonly<Record<string, string>>): Files =>
    Object.entries(files).filter(([title]) => asked.includes(title))
  yield await onOneCluster(version, wanted(sharing))
  yield await runFiles(version, wanted(killing))
  for (const [title, kind] of Object.entries(kinds))
    if (asked.includes(title)) yield { [title]: await transactions(version, kind) }
}

type Files = readonly (readonly [title: string, file: string])[]

async function onOneCluster(version: string, files: Files): Promise<Record<string, Outcome>> {
  if (files.length === 0) return {}
  await using kafka = await startKafka({ version })
  return await runFiles(version, files, kafka.bootstrapServers)
}

async function runFiles(
  version: string,
  files: Files,
  servers?: string,
): Promise<Record<string, Outcome>> {
  const paths = files.map(([, file]) => file)
  const outcomes = await kafkaTests(version, paths, servers)
  return Object.fromEntries(files.map(([title], at) => [title, outcomes[at]!]))
}
