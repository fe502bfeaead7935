import {
  createEmbeddedCluster,
  type EmbeddedCluster,
  type EmbeddedRuntime,
} from '@sluice/embedded-broker'
import type { Transport } from '@sluice/network'
import type { RecordMetadata } from '@sluice/protocol'
import { createFaultProxies, type FaultProxies, type FaultProxy } from '@sluice/test-fault-proxy'
import { expect } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'

export interface FaultyOptions extends Partial<ProducerOptions> {
  readonly brokers?: number
  /** Of topic `t`. */
  readonly partitions?: number
  /** Makes the producer; see `manual-clock.ts`. */
  readonly create?: (options: ProducerOptions) => Producer
}

/** Begins with the partition and ends with the value. */
type Line = readonly [partition: number, ...(number | string)[]]

interface Acknowledged extends RecordMetadata {
  readonly value: string
}

/** An embedded cluster with a fault proxy before each broker, and a producer that comes through them. */
export interface FaultyCluster extends AsyncDisposable {
  readonly cluster: EmbeddedCluster
  readonly proxies: readonly FaultProxy[]
  /** The first one. */
  readonly proxy: FaultProxy
  readonly producer: Producer
  readonly warnings: string[]
  /** Sends values to a partition of `t`; `expectClean` looks for them in the log. */
  send(partition: number, ...texts: string[]): Promise<RecordMetadata[]>
  /** What `send` was called with so far. */
  readonly sent: readonly Line[]
  /** What came of it. */
  readonly acknowledged: readonly Acknowledged[]
}

/** The brokers are on another machine: a test that sets our wall clock does not set theirs. */
const elsewhere: EmbeddedRuntime = {
  now: () => performance.now(),
  wallClock: Date.now,
  setTimeout: (run, ms) => setTimeout(run, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

/** Time-outs are short, so that no test waits long; what is expected does not depend on them. */
export async function faultyCluster(options: FaultyOptions = {}): Promise<FaultyCluster> {
  const { brokers = 1, partitions = 1, create = createProducer, ...rest } = options
  const topics = { t: { partitions } }
  const cluster = await createEmbeddedCluster({ brokers, topics, runtime: elsewhere })
  const through = await createFaultProxies(cluster.bootstrapServers)
  const warnings: string[] = []
  const producer = create({
    ...(create === createProducer ? threadMode : {}),
    bootstrapServers: cluster.bootstrapServers,
    transport: portableToo(through, cluster.bootstrapServers),
    requestTimeoutMs: 10_000,
    deliveryTimeoutMs: 20_000,
    retryBackoffMs: 20,
    reconnectBackoffMs: 20,
    logger: { debug() {}, info() {}, warn: (line) => void warnings.push(line), error() {} },
    ...rest,
  })
  const sent: Line[] = []
  const acknowledged: Acknowledged[] = []
  return {
    cluster,
    proxies: through.proxies,
    proxy: through.proxies[0]!,
    producer,
    warnings,
    sent,
    acknowledged,
    send(partition, ...texts) {
      for (const value of texts) sent.push([partition, value])
      const sends = texts.map(async (value) => {
        const metadata = await producer.send({ topic: 't', partition, value })
        acknowledged.push({ ...metadata, value })
        return metadata
      })
      return Promise.all(sends)
    },
    async [Symbol.asyncDispose]() {
      await producer.close({ timeoutMs: 0 })
      await through[Symbol.asyncDispose]()
      await cluster.close()
    },
  }
}

/** The proxies' transport, and how a sender's thread makes one. */
function portableToo({ transport, proxies }: FaultProxies, brokers: readonly string[]): Transport {
  const ports = Object.fromEntries(brokers.map((broker, at) => [broker, proxies[at]!.port]))
  const module = new URL('../fixtures/proxied-transport.mjs', import.meta.url).href
  return { ...transport, portable: { module, export: 'proxiedTransport', options: { ports } } }
}

/** All that was sent is acknowledged, and is in the log once, at the offset that was told, in the order of sending. */
export function expectClean({ cluster, sent, acknowledged }: FaultyCluster): void {
  expect(acknowledged).toHaveLength(sent.length)
  const told = acknowledged
    .map(({ partition, offset, value }) => [partition, Number(offset), value] as const)
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
  const log = cluster
    .records('t')
    .map(({ partition, offset, value }) => [partition, Number(offset), String(value)])
  expect(log).toEqual(told)
  for (const partition of new Set(told.map(([number]) => number))) {
    const ofPartition = (lines: readonly Line[]): string[] =>
      lines.filter(([number]) => number === partition).map((line) => line.at(-1) as string)
    expect(ofPartition(told)).toEqual(ofPartition(sent))
  }
}

export function values(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`)
}

/** Waits for what must come, whenever that is. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Applies a fault to the first frame of an API, and to no other. */
export function once<Frame extends { readonly apiKey: number }, Verdict>(
  api: { readonly key: number },
  fault: (frame: Frame) => Verdict,
): (frame: Frame) => Verdict | 'pass' {
  let done = false
  return (frame) => {
    if (done || frame.apiKey !== api.key) return 'pass'
    done = true
    return fault(frame)
  }
}
