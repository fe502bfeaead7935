// node measured-load.ts LOAD BOOTSTRAP_SERVERS WARM_UP COUNT: prints what COUNT groups of records cost, as JSON.
import { createProducer, type Producer, type Transaction } from '@sluice/producer'
import { type Load, type LoadName, loads, records, recordsPerGroup } from './load.js'

/** What one load has cost, over user and system time. */
export interface Cost {
  readonly cpuMicrosPerRecord: number
  readonly recordsPerSecond: number
}

const [name, bootstrapServers, warmUp, count] = process.argv.slice(2) as [LoadName, ...string[]]
const { way, transactional, followed }: Load = loads[name]
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
  await run(groups)
  const seconds = (performance.now() - begun) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  const total = groups * recordsPerGroup
  return { cpuMicrosPerRecord: (user + system) / total, recordsPerSecond: total / seconds }
}

async function run(groups: number): Promise<void> {
  const give = way === 'enqueue' ? enqueueAll : sendAll
  for (let group = 0; group < groups; group++) {
    if (transactional) {
      const transaction = await producer.beginTransaction()
      await give(transaction)
      await transaction.commit()
    } else {
      await give(producer)
      await producer.flush()
    }
    if (followed) await producer.send(records[0]!)
  }
  if (failed > 0) throw new Error(`${failed} records failed`)
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
