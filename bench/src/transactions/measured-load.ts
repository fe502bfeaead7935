// node measured-load.ts LOAD BOOTSTRAP_SERVERS WARM_UP COUNT STARTS: prints what COUNT groups of records cost, as JSON. STARTS is a
// list in JSON of the moments before which the groups do not begin, in ms; it is empty where each begins at once.
import { createProducer, type Producer, type Transaction } from '@sluice/producer'
import { type Load, type LoadName, loads, records, recordsPerGroup } from './load.js'

/** What one load has cost, over user and system time. */
export interface Cost {
  readonly cpuMicrosPerRecord: number
  readonly recordsPerSecond: number
  /** When each group has begun, in ms since the first one. */
  readonly starts: readonly number[]
}

const [name, bootstrapServers, warmUp, count, startsOfPace] = process.argv.slice(2) as [
  LoadName,
  ...string[],
]
const { way, transactional }: Load = loads[name]
const producer = createProducer({
  bootstrapServers: bootstrapServers!,
  ...(transactional && { transactionalId: `bench-cpu-${process.pid}` }),
})
let failed = 0

await producer.connect()
await run(Number(warmUp))
console.log(JSON.stringify(await cost(Number(count))))
await producer.close()

async function cost(groups: number): Promise<Cost> {
  const cpu = process.cpuUsage()
  const begun = performance.now()
  const starts = await run(groups, JSON.parse(startsOfPace!) as readonly number[])
  const seconds = (performance.now() - begun) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  const total = groups * recordsPerGroup
  return { cpuMicrosPerRecord: (user + system) / total, recordsPerSecond: total / seconds, starts }
}

async function run(groups: number, pace: readonly number[] = []): Promise<number[]> {
  const give = way === 'enqueue' ? enqueueAll : sendAll
  const begun = performance.now()
  const starts: number[] = []
  for (let group = 0; group < groups; group++) {
    await isDue(begun + (pace[group] ?? 0))
    starts.push(performance.now() - begun)
    if (transactional) {
      const transaction = await producer.beginTransaction()
      await give(transaction)
      await transaction.commit()
    } else {
      await give(producer)
      await producer.flush()
    }
  }
  if (failed > 0) throw new Error(`${failed} records failed`)
  return starts
}

/** A timer fires up to a millisecond late. The next group makes up for it, since the moments are those of a clock. */
async function isDue(at: number): Promise<void> {
  const ms = Math.ceil(at - performance.now())
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
}

/** Without a look at its result: all the records of a group fit into the memory of the producer. */
async function enqueueAll(to: Producer | Transaction): Promise<void> {
  for (const record of records) to.enqueue(record, onDelivery)
}

async function sendAll(to: Producer | Transaction): Promise<void> {
  await Promise.all(records.map((record) => to.send(record)))
}

function onDelivery(error: Error | null): void {
  if (error !== null) failed++
}
