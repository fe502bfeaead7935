import { setTimeout as sleep } from 'node:timers/promises'
import { createProducer, type Producer } from '@sluice/producer'
import type { ProducerRecord } from '@sluice/protocol'
import { Load, type LoadKind } from './load.js'
import { PeakMemory } from './peak-memory.js'
import { startCluster, type StoppableCluster } from './stoppable-cluster.js'

export interface Scenario {
  readonly kind: LoadKind
  /** How long the brokers are silent. */
  readonly silentMs: number
  readonly valueBytes: number
}

export interface Outcome {
  readonly load: Load
  /** How far the resident memory rose above its value before the load, in bytes. */
  readonly peakBytes: number
  readonly limitBytes: number
  readonly maxBlockMs: number
  /** From the moment when the brokers are back to the first acknowledgement. */
  readonly recoveredMs: number
  /** Everything that is wrong, in words. */
  readonly faults: readonly string[]
}

const bufferBytes = 33_554_432
const limitBytes = 2 * bufferBytes + 67_108_864
/** The least that a waiting record counts beside its value. */
const heldBesides = 900
/** With two minutes of silence the time-outs are the defaults. */
const shareOfMaxBlock = 0.5
const shareOfRequest = 0.25

/** All brokers fall silent under a producer at full speed, and come back. */
export async function play(scenario: Scenario): Promise<Outcome> {
  const maxBlockMs = shareOfMaxBlock * scenario.silentMs
  const cluster = await startCluster()
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    bufferBytes,
    maxBlockMs,
    requestTimeoutMs: shareOfRequest * scenario.silentMs,
    deliveryTimeoutMs: scenario.silentMs,
  })
  try {
    await producer.send({ topic: 'orders', value: 'the topic is known' })
    const memory = new PeakMemory()
    const load = new Load(producer, scenario.kind, recordsOf(scenario.valueBytes))
    const recoveredMs = await loadSilentBrokers(load, cluster, scenario.silentMs)
    await producer.close()
    const outcome = { load, maxBlockMs, limitBytes, recoveredMs, peakBytes: memory.stop() }
    return { ...outcome, faults: faultsOf(outcome) }
  } finally {
    await abandon(producer)
    cluster.end()
  }
}

/** As many records as can wait, each with its own memory. */
function recordsOf(valueBytes: number): ProducerRecord[] {
  const count = Math.ceil(bufferBytes / (valueBytes + heldBesides))
  const values = Array.from({ length: count }, () => Buffer.alloc(valueBytes, 120))
  return values.map((value) => ({ topic: 'orders', value }))
}

/** @returns How long the brokers took to acknowledge after they were back. */
async function loadSilentBrokers(
  load: Load,
  cluster: StoppableCluster,
  silentMs: number,
): Promise<number> {
  cluster.stop()
  const running = load.run()
  await sleep(silentMs)
  cluster.goOn()
  const back = performance.now()
  const before = load.count('acknowledged')
  while (load.count('acknowledged') === before && performance.now() - back < 60_000) await sleep(10)
  load.stop()
  await running
  return performance.now() - back
}

async function abandon(producer: Producer): Promise<void> {
  await producer.close({ timeoutMs: 0 }).catch(() => {})
}

function faultsOf({ load, peakBytes, maxBlockMs }: Omit<Outcome, 'faults'>): string[] {
  const waited = load.ends.get('BUFFER_FULL')
  const checks: [boolean, string][] = [
    [peakBytes < limitBytes, 'memory went over 2 x bufferBytes + 64 MiB'],
    [waited !== undefined, 'no record failed with BUFFER_FULL after it had waited'],
    [(waited?.firstMs ?? Infinity) >= maxBlockMs, 'records failed before maxBlockMs was over'],
    [load.count('acknowledged') > 0, 'nothing went on when the brokers were back'],
    [load.ended === load.sent, `${load.sent - load.ended} records have had no end`],
  ]
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault)
}
