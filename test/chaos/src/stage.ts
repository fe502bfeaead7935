import { createProducer, type Producer, type ProducerOptions } from '@sluice/producer'
import { createFaultProxies, type FaultProxy } from '@sluice/test-fault-proxy'
import type { KafkaCluster } from '@sluice/test-kafka'
import { ConnectWatch } from './connect-watch.js'
import { Ledger } from './ledger.js'
import { Load } from './load.js'
import { Pulse } from './pulse.js'

export interface StageOptions {
  readonly topic: string
  readonly partitions: number
  readonly recordsPerSecond: number
  readonly random: () => number
  /** Records to make room for in the ledger. */
  readonly capacity?: number
  /** What the producer is not left to its defaults. */
  readonly producer?: Partial<ProducerOptions>
}

/** A new topic on three brokers, and a producer under load that reaches them through a proxy each. */
export interface Stage extends AsyncDisposable {
  readonly kafka: KafkaCluster
  readonly topic: string
  readonly partitions: number
  /** In the order of the brokers. */
  readonly proxies: readonly FaultProxy[]
  readonly producer: Producer
  readonly ledger: Ledger
  readonly load: Load
  readonly pulse: Pulse
  readonly connects: ConnectWatch
  readonly random: () => number
  /** Records that the fault is meant to have refused. */
  readonly refusable: Set<number>
  readonly warnings: readonly string[]
}

/** The default of `reconnectBackoffMs`, less its jitter of 20 % and a millisecond of timers. */
const shortestBackoffMs = 39
const mostWarnings = 1_000

export async function setStage(kafka: KafkaCluster, options: StageOptions): Promise<Stage> {
  const { topic, partitions, recordsPerSecond, capacity } = options
  await kafka.createTopic(topic, partitions)
  const addresses = kafka.brokers.map(({ host, port }) => `${host}:${port}`)
  const through = await createFaultProxies(addresses)
  const connects = new ConnectWatch(through.transport, shortestBackoffMs)
  const warnings: string[] = []
  const warn = (line: string): void => {
    if (warnings.length < mostWarnings) warnings.push(line)
  }
  const producer = createProducer({
    bootstrapServers: addresses,
    transport: connects.transport,
    logger: { debug() {}, info() {}, warn, error: warn },
    ...options.producer,
  })
  const [ledger, pulse] = [new Ledger(capacity), new Pulse()]
  const load = new Load(producer, ledger, pulse, { topic, recordsPerSecond })
  return {
    kafka,
    topic,
    partitions,
    proxies: through.proxies,
    producer,
    ledger,
    load,
    pulse,
    connects,
    random: options.random,
    refusable: new Set(),
    warnings,
    async [Symbol.asyncDispose]() {
      await producer.close({ timeoutMs: 0 })
      await through[Symbol.asyncDispose]()
    },
  }
}
