import { memoryUsage } from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import { intervalCostUs } from './snapshot-cost.js'

/*
 * What it costs to be told of each of 10 000 partitions that hold records: one call of `metrics({ queues: true })`, and one interval of the
 * inspector, which makes it at most each 200 ms. The brokers do not answer, so the records stay. A call holds up the event loop, so the time of
 * the quickest one is judged.
 */

const partitions = Number(process.argv[2] ?? 10_000)
const calls = 100
const barMs = 10

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

await using cluster = await createEmbeddedCluster({ brokers: 3, topics: { t: { partitions } } })
cluster.intercept('Produce', (call) => call.hang())
const producer = createProducer({
  bootstrapServers: cluster.bootstrapServers,
  lingerMs: 60_000,
  deliveryTimeoutMs: 600_000,
  onDeliveryError: () => {},
})
await producer.partitionsFor('t')
for (let partition = 0; partition < partitions; partition++)
  producer.enqueue({ topic: 't', partition, value: 'x'.repeat(100) })
await pause(1_000)
const held = producer.metrics({ queues: true }).queues?.length ?? 0
process.stdout.write(`${held} partitions hold records\n`)

const plainMs = tell('metrics()', () => void producer.metrics())
const queuesMs = tell('metrics({ queues: true })', () => void producer.metrics({ queues: true }))
const intervalMs = intervalCostUs(producer, 200) / 1000
process.stdout.write(`an interval of the inspector: ${intervalMs.toFixed(2)} ms of CPU\n`)
await producer.close({ timeoutMs: 0 })
const passed = held === partitions && queuesMs - plainMs < barMs
process.stdout.write(`${passed ? '1 passed, 0 failed' : '0 passed, 1 failed'} (bar: ${barMs} ms)\n`)
process.exitCode = passed ? 0 : 1

/** The least of many calls, for whatever else runs on the machine only adds to it. */
function tell(what: string, call: () => void): number {
  for (let i = 0; i < calls; i++) call()
  collect()
  const memory = memoryUsage().heapUsed
  call()
  const bytes = memoryUsage().heapUsed - memory
  let ms = Infinity
  for (let i = 0; i < calls; i++) {
    const from = performance.now()
    call()
    ms = Math.min(ms, performance.now() - from)
  }
  process.stdout.write(`${what}: ${ms.toFixed(2)} ms, ${(bytes / 1024).toFixed(0)} KiB\n`)
  return ms
}
