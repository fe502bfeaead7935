import { createProducer, type Producer } from '@sluice/producer'
import { gzip } from '@sluice/protocol/gzip'
import type { DemoArguments } from './arguments.js'
import { Deliveries } from './deliveries.js'
import { type Destination, openDestination } from './destination.js'
import { type Input, loadInput } from './input/input.js'
import { Observations } from './observations.js'
import { produce } from './produce.js'
import { withProgressBar } from './progress-bar.js'
import { readEnds, readSince } from './read-back/read-back.js'
import { report } from './report.js'
import { verify } from './verify/verify.js'
import { watchDemo } from './watch-demo.js'

/** Starts a cluster or takes a real one, produces, reads back, verifies, prints. */
export async function runDemo(args: DemoArguments, signal: AbortSignal): Promise<void> {
  const input = await loadInput(args)
  await using destination = await openDestination(args)
  const observer = new Observations()
  const producer = createProducer({
    bootstrapServers: destination.bootstrapServers,
    clientId: 'sluice-demo',
    observer,
    maxBlockMs,
    ...(args.compression === 'gzip' ? { compression: gzip() } : {}),
  })
  try {
    if (args.watch) return await watchDemo(input, destination, producer, signal)
    // Everything that waits for the producer ends with it.
    signal.addEventListener('abort', () => void producer.close({ timeoutMs: 0 }))
    await run(input, destination, observer, producer, signal)
  } finally {
    await producer.close({ timeoutMs: 0 })
  }
}

/** Shorter than the default: a topic that may not be created fails sooner. */
const maxBlockMs = 15_000

async function run(
  { records, title, key }: Input,
  { topic, title: cluster }: Destination,
  observations: Observations,
  producer: Producer,
  signal: AbortSignal,
): Promise<void> {
  await producer.connect({ signal })
  const { length: partitions } = await producer.partitionsFor(topic)
  const place = { topic, seeds: observations.addresses }
  const starts = await readEnds(place, signal)
  say(`${records.length} ${title}, ${key === null ? 'without a key' : `keyed by ${key}`}`)
  say(`into ${topic} (partitions: ${partitions}) on ${cluster}`)
  const deliveries = new Deliveries(records.length)
  const start = performance.now()
  await withProgressBar(
    records.length,
    () => deliveries.acknowledged,
    () => produce(producer, topic, records, deliveries, signal),
  )
  const elapsedMs = performance.now() - start

  const log = await readSince(place, starts, signal)
  const { batches: batchesInLog } = verify(records, deliveries, log)
  say(
    'read back and verified: each record is there once, byte for byte, in order for its key, where its send said\n',
  )
  process.stdout.write(report({ deliveries, batchesInLog, elapsedMs, observations }))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
