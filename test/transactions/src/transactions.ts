// npm run test:transactions [-- --only NAME --kafka 4.3.1 --level 2 --transactions N --kills N --seed N]: each scenario once.
import { seededRandom } from '@sluice/protocol/testing'
import { type KafkaCluster, startKafka } from '@sluice/test-kafka'
import { readArguments } from '../../arguments.js'
import { playScenario } from './judged.js'
import type { Scenario, Stage } from './scenario.js'
import { copy } from './scenarios/copy.js'
import { endTxn } from './scenarios/end-txn.js'
import { killBrokers } from './scenarios/kill-brokers.js'
import { killProducer } from './scenarios/kill-producer.js'
import { loss } from './scenarios/loss.js'
import { randomId } from './scenarios/random-id.js'
import { random } from './scenarios/random.js'
import { sharedId } from './scenarios/shared-id.js'
import { zombie } from './scenarios/zombie.js'
import { tableHead, tableRow } from './table.js'
import { CommittedView } from './view/committed-view.js'

const scenarios = [
  random,
  killProducer,
  killBrokers,
  zombie,
  endTxn,
  copy,
  loss,
  sharedId,
  randomId,
]
const partitions = 12

const { only, kafka, level, transactions, kills, seed } = readArguments({
  only: '',
  kafka: '4.3.1',
  level: '',
  transactions: 0,
  kills: 8,
  seed: Date.now() % 1_000_000,
})
const asked = only.split(',')
const chosen = scenarios.filter(({ name }) => only === '' || asked.includes(name))
if (chosen.length === 0)
  throw new Error(`--only ${only}: there are ${scenarios.map(({ name }) => name).join(', ')}`)
// Before 4.0 there is no such feature, and all transactions are of the first kind.
const features: Record<string, number> =
  level === '' ? {} : { 'transaction.version': Number(level) }

const startedAt = performance.now()
console.log(`transactions on Kafka ${kafka}, --level ${level || 'default'}, --seed ${seed}`)
await using cluster = await startKafka({ version: kafka, brokers: 3, features })
await using view = await CommittedView.start(cluster.bootstrapServers)
console.log(tableHead())
let failed = 0
for (const scenario of chosen) if (!(await play(scenario, cluster))) failed++
const took = Math.round((performance.now() - startedAt) / 1_000)
console.log(`${chosen.length - failed} ok, ${failed} failed, ${took} s`)
if (failed > 0) process.exitCode = 1

/** @returns whether all was as it must be */
async function play(scenario: Scenario, on: KafkaCluster): Promise<boolean> {
  const { name } = scenario
  try {
    const row = await playScenario(scenario, await stageOf(name, on))
    console.log(tableRow(row))
    return row.faults.length === 0
  } catch (error) {
    console.log(`${name} FAILED`, error)
    return false
  }
}

async function stageOf(name: string, on: KafkaCluster): Promise<Stage> {
  const topic = `${name}-${seed}`
  await on.createTopic(topic, partitions)
  await view.open(topic)
  let names = 0
  return {
    kafka: on,
    view,
    topic,
    partitions,
    random: seededRandom(seed + scenarios.findIndex((each) => each.name === name)),
    transactions: transactions === 0 ? undefined : transactions,
    kills,
    nameOf: (what) => `${name}-${what}-${seed}-${++names}`,
  }
}
