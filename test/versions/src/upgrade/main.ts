// npm run test:upgrade [-- --from 3.9.2 --to 4.3.1 --rate 500 --seed N]: a rolling upgrade under load, and of the features after it.
import { seededRandom } from '@sluice/protocol/testing'
import { playRow, tableHead, tableRow } from '@sluice/test-chaos'
import { featureLevel, type KafkaCluster, startKafka } from '@sluice/test-kafka'
import * as transactions from '@sluice/test-transactions'
import { readArguments } from '../../../arguments.js'
import { rollingUpgrade } from './rolling-upgrade.js'
import { transactionKind } from './transaction-kind.js'
import { whileUpgraded } from './while-upgraded.js'

const { from, to, rate, seed } = readArguments({
  from: '3.9.2',
  to: '4.3.1',
  rate: 500,
  seed: Date.now() % 1_000_000,
})
const partitions = 6
const faults: string[] = []

console.log(`an upgrade from Kafka ${from} to ${to}, ${rate} records/s, --seed ${seed}`)
await using kafka = await startKafka({ version: from, brokers: 3 })
await kafka.createTopic('kinds', 1)
await expectKind(1)
const upgrade = playRow(kafka, rollingUpgrade(to), {
  seed,
  recordsPerSecond: rate,
  random: seededRandom(seed),
})
const rows = await Promise.all([
  playTransactions(kafka, 'transactions', false),
  playTransactions(kafka, 'thread', true),
])
const row = await upgrade
await expectKind(2)
const level = await featureLevel(kafka, 'metadata.version')
console.log(`\nrecords without transactions:\n${tableHead()}\n${tableRow(row)}`)
console.log(
  `\ntransactions, and those of a producer with a sender's thread:\n${transactions.tableHead()}`,
)
for (const each of rows) console.log(transactions.tableRow(each))
faults.push(...row.faults, ...rows.flatMap((each) => each.faults))
console.log(`\nmetadata.version ${level}, transaction.version 2`)
console.log(faults.length === 0 ? 'ok' : `FAILED: ${faults.join('; ')}`)
process.exitCode = faults.length === 0 ? 0 : 1

/** A topic and a reader of its own for each producer. */
async function playTransactions(
  on: KafkaCluster,
  name: string,
  senderThread: boolean,
): ReturnType<typeof transactions.playScenario> {
  const topic = `${name}-${seed}`
  await on.createTopic(topic, partitions)
  await using view = await transactions.CommittedView.start(on.bootstrapServers)
  await view.open(topic)
  let names = 0
  return await transactions.playScenario(whileUpgraded(name, senderThread, upgrade), {
    kafka: on,
    view,
    topic,
    partitions,
    random: seededRandom(seed + name.length),
    transactions: undefined,
    kills: 0,
    nameOf: (what) => `${name}-${what}-${++names}`,
  })
}

/** Before the features are upgraded a new producer's transactions are of version 1, and of version 2 afterwards. */
async function expectKind(expected: 1 | 2): Promise<void> {
  const kind = await transactionKind(kafka, 'kinds')
  if (kind !== expected) faults.push(`transactions of version ${kind}, not ${expected}`)
}
