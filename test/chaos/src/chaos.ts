import { seededRandom } from '@sluice/protocol/testing'
// npm run test:chaos [-- --only NAME --rate 2000 --seed N]: every fault once, on three real brokers under load.
import { startKafka } from '@sluice/test-kafka'
import { readArguments } from '../../arguments.js'
import type { Fault } from './fault.js'
import {
  killLeaders,
  killTwoBrokers,
  rollingRestart,
  sigstopLeader,
  tooFewInSync,
} from './faults/brokers.js'
import { halfOpen, lostAcknowledgements, resetsAtRandomBytes } from './faults/connections.js'
import { forgetfulLeaders } from './faults/forgetful-leaders.js'
import { storm } from './faults/storm.js'
import { smallMessagesOnly, topicCreatedAgain, topicGrows } from './faults/topics.js'
import { playRow } from './row.js'
import { tableHead, tableRow } from './table.js'

const faults = [
  killLeaders,
  rollingRestart,
  forgetfulLeaders,
  sigstopLeader,
  tooFewInSync,
  killTwoBrokers,
  lostAcknowledgements,
  resetsAtRandomBytes,
  halfOpen,
  topicGrows,
  topicCreatedAgain,
  smallMessagesOnly,
]

/** Played only when asked for. */
const more = [storm]

const { only, rate, seed } = readArguments({
  only: '',
  rate: 2_000,
  seed: Date.now() % 1_000_000,
})
const chosen = only === '' ? faults : [...faults, ...more].filter(({ name }) => name.includes(only))
if (chosen.length === 0)
  throw new Error(
    `--only ${only}: there are ${[...faults, ...more].map(({ name }) => name).join(', ')}`,
  )

const startedAt = performance.now()
console.log(`chaos: ${rate} records/s, --seed ${seed}`)
// A topic is created by whoever deletes it, and not by the next question about it.
await using kafka = await startKafka({
  brokers: 3,
  configs: { 'auto.create.topics.enable': 'false' },
})
console.log(tableHead())
let failed = 0
for (const fault of chosen) if (!(await play(fault))) failed++
const took = Math.round((performance.now() - startedAt) / 1_000)
console.log(`${chosen.length - failed} ok, ${failed} failed, ${took} s`)
if (failed > 0) process.exitCode = 1

/** @returns whether all was as it must be */
async function play(fault: Fault): Promise<boolean> {
  const random = seededRandom(seed + faults.indexOf(fault))
  try {
    const row = await playRow(kafka, fault, { seed, recordsPerSecond: rate, random })
    console.log(tableRow(row))
    return row.faults.length === 0
  } catch (error) {
    console.log(`${fault.name} FAILED`, error)
    return false
  }
}
