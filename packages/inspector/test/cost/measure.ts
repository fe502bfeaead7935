import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'

/*
 * What a watcher costs a producer of 50 000 records a second. First the CPU time of one interval, alone: this is judged. Then the CPU time a
 * record of the whole process, in rounds with and without a watcher by turns. That needs a quiet machine, and is judged where the rounds
 * agree. The brokers and the watcher are in this process.
 */

const rounds = Number(process.argv[2] ?? 16)
const roundMs = 3_000
const barPercent = 2
const intervalsPerSecond = 5
const recordsPerSecond = 50_000
/** Where half of the rounds differ by more, in percent, what else runs decides. */
const mostSpread = 4
const partitions = 12

interface Reading {
  readonly cpuUs: number
  readonly records: number
}

await using cluster = await createEmbeddedCluster({ brokers: 3, topics: { t: { partitions } } })
const program = fileURLToPath(new URL('./producer.ts', import.meta.url))
const producer = fork(program, [cluster.bootstrapServers.join(), 't', String(partitions)])
const [{ url }] = (await once(producer, 'message')) as [{ url: string }]

async function reading(): Promise<Reading> {
  const told = once(producer, 'message')
  producer.send('read')
  return ((await told) as [Reading])[0]
}

/** Microseconds of CPU a record. */
async function round(isWatched: boolean): Promise<number> {
  const stop = new AbortController()
  const watching = isWatched ? watch(stop.signal) : Promise.resolve(0)
  await pause(200)
  const before = await reading()
  await pause(roundMs)
  const after = await reading()
  stop.abort()
  const snapshots = await watching
  if (isWatched && snapshots === 0) throw new Error('no snapshot came')
  return (after.cpuUs - before.cpuUs) / (after.records - before.records)
}

async function watch(signal: AbortSignal): Promise<number> {
  let snapshots = 0
  try {
    const { body } = await fetch(new URL('events', url), { signal })
    for await (const _ of body!) snapshots++
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return snapshots
}

const middle = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

await pause(3_000)
const [plain, watched, changes]: [number[], number[], number[]] = [[], [], []]
for (let i = 0; i < rounds; i++) {
  const isFirst = i % 2 === 0
  const one = await round(isFirst)
  const other = await round(!isFirst)
  const [withWatcher, without] = isFirst ? [one, other] : [other, one]
  watched.push(withWatcher)
  plain.push(without)
  changes.push((withWatcher / without - 1) * 100)
  process.stdout.write(
    `${without.toFixed(3)} µs a record, watched ${withWatcher.toFixed(3)}: ${changes.at(-1)!.toFixed(1)} %\n`,
  )
}
const told = once(producer, 'message')
producer.send('interval')
const [{ intervalUs }] = (await told) as [{ intervalUs: number }]
producer.send('end')
await once(producer, 'exit')

const ofInterval = ((intervalUs * intervalsPerSecond) / (middle(plain) * recordsPerSecond)) * 100
const quarter = Math.floor(changes.length / 4)
const inOrder = changes.toSorted((a, b) => a - b)
const spread = inOrder.at(-1 - quarter)! - inOrder[quarter]!
const isQuiet = spread <= mostSpread
const passed = ofInterval < barPercent && (!isQuiet || middle(changes) < barPercent)
process.stdout.write(
  `an interval takes ${intervalUs.toFixed(0)} µs, ${ofInterval.toFixed(2)} % of the producer's CPU (bar: ${barPercent} %)\n` +
    `the rounds differ by ${middle(changes).toFixed(1)} % in the middle, half of them within ${spread.toFixed(1)}${isQuiet ? '' : ': too busy a machine to judge by them'}\n` +
    `${passed ? '1 passed, 0 failed' : '0 passed, 1 failed'}\n`,
)
process.exitCode = passed ? 0 : 1
