// npm run test:soak [-- --minutes 60 --rate 1000 --linger 5 --seed N]: load for an hour, a reset every ten seconds, a flat heap.
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '@sluice/protocol/testing'
import { startKafka } from '@sluice/test-kafka'
import { readArguments } from '../../arguments.js'
import { growth, heapBytes, judgeHeap } from './heap.js'
import { judge } from './judge.js'
import type { Findings } from './log-check.js'
import { setStage, type Stage } from './stage.js'

const resetEveryMs = 10_000
const partitions = 6
const mebibyte = 1_048_576

const { minutes, rate, linger, seed } = readArguments({
  minutes: 60,
  rate: 1_000,
  linger: 5,
  seed: Date.now() % 1_000_000,
})
const random = seededRandom(seed)
const startedAt = performance.now()
console.log(`soak: ${minutes} min, ${rate} records/s, --seed ${seed}`)

await using kafka = await startKafka({ brokers: 3 })
// Room for all from the beginning: the ledger is not to be what grows.
const capacity = Math.ceil(minutes * 60 * rate * 1.05) + 65_536
await using stage = await setStage(kafka, {
  topic: `soak-${seed}`,
  partitions,
  recordsPerSecond: rate,
  random,
  capacity,
  producer: { lingerMs: linger },
})
const samples = await soak(stage)
await stage.load.stop()
report(stage, await judge(kafka, stage.topic, stage.ledger), samples)

/** @returns the heap after each minute */
async function soak({ load, proxies, ledger }: Stage): Promise<number[]> {
  const heap: number[] = []
  const endAt = performance.now() + minutes * 60_000
  load.start()
  for (let turn = 1; performance.now() < endAt; turn++) {
    await sleep(resetEveryMs)
    proxies[Math.floor(random() * proxies.length)]!.reset()
    if (turn % 6 !== 0) continue
    // What is under way differs from one moment to the next.
    await load.stop()
    heap.push(heapBytes())
    const { sent, acknowledged, rejected } = ledger
    const open = sent - acknowledged - rejected
    const size = (heap.at(-1)! / mebibyte).toFixed(2)
    console.log(`minute ${turn / 6}: ${sent} sent, ${rejected} rejected, ${open} open, ${size} MiB`)
    load.start()
  }
  return heap
}

function report({ ledger, connects }: Stage, findings: Findings, heap: readonly number[]): void {
  const warmUp = Math.min(5, Math.floor(heap.length / 4))
  const { firstBytes, lastBytes, isFlat } = judgeHeap(heap.slice(warmUp))
  const { sent, acknowledged, rejected, rejections } = ledger
  const took = Math.round((performance.now() - startedAt) / 1_000)
  console.log(`${took} s, CPU of this process ${Math.round(process.cpuUsage().user / 1e6)} s`)
  console.log(`${sent} sent, ${acknowledged} acknowledged, ${rejected} rejected`)
  console.log(
    Object.entries(findings)
      .map(([name, count]) => `${count} ${name}`)
      .join(', '),
  )
  console.log(`${connects.count} connects, ${connects.hasty} sooner than the back-off`)
  const [first, last] = [firstBytes, lastBytes].map((bytes) => (bytes / mebibyte).toFixed(2))
  console.log(
    `heap: first quarter ${first} MiB, last ${last} MiB; flat is ${growth.share * 100} % + ${growth.bytes / mebibyte} MiB more at most`,
  )
  for (const { code, persisted, message } of rejections.slice(0, 5))
    console.log(`rejected: ${code}, persisted ${persisted}: ${message}`)
  const isClean = Object.values(findings).every((count) => count === 0)
  const ok = isClean && isFlat && rejected === 0 && connects.hasty === 0
  console.log(ok ? 'ok' : 'FAILED')
  if (!ok) process.exitCode = 1
}
