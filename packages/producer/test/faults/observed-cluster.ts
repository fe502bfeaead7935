import {
  createEmbeddedCluster,
  type EmbeddedCluster,
  type EmbeddedClusterOptions,
} from '@sluice/embedded-broker'
import type { KafkaError, ProducerRecord, RecordMetadata } from '@sluice/protocol'
import type { ManualClock } from '@sluice/protocol/testing'
import { expect } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'
import type { ProducerRuntime } from '../../src/runtime.js'
import { composed } from '../composed.js'
import { threadMode } from '../sender-thread-mode.js'
import type { Fault } from './produce-faults.js'
import { batchesOf, type ArrivedBatch } from './wire-batches.js'

export interface ObservedOptions extends Partial<ProducerOptions> {
  /** One broker, and topic `t` with two partitions, unless given. */
  readonly cluster?: EmbeddedClusterOptions
  /** The producer's clock, where time is to pass only when the test says so. */
  readonly clock?: ManualClock
}

/** One record, and what the caller was told of it. */
export interface Sent {
  readonly record: ProducerRecord
  metadata: RecordMetadata | null
  error: KafkaError | null
}

/** An embedded cluster whose brokers write down each batch that reaches them, and what a producer tells of it. */
export class ObservedCluster implements AsyncDisposable {
  readonly cluster: EmbeddedCluster
  readonly producer: Producer
  /** Every batch that came to a broker, in order, whatever became of it. */
  readonly batches: ArrivedBatch[] = []
  readonly sent: Sent[] = []
  /** For the next Produce requests, one each; `onProduce` is asked when there are none. */
  readonly faults: Fault[] = []
  onProduce: Fault = () => undefined

  constructor(cluster: EmbeddedCluster, producer: Producer, now: () => number) {
    this.cluster = cluster
    this.producer = producer
    cluster.intercept('Produce', (call) => {
      this.batches.push(...batchesOf(call, now()))
      return (this.faults.shift() ?? this.onProduce)(call)
    })
  }

  /** Sends values to a partition of `t`. Resolves when all are settled, and never rejects. */
  send(partition: number, ...values: string[]): Promise<Sent[]> {
    return this.sendRecords(values.map((value) => ({ topic: 't', partition, value })))
  }

  /** Each value once in its topic. */
  sendRecords(records: readonly ProducerRecord[], signal?: AbortSignal): Promise<Sent[]> {
    const settled = records.map(async (record) => {
      const sent: Sent = { record, metadata: null, error: null }
      this.sent.push(sent)
      try {
        sent.metadata = await this.producer.send(record, signal && { signal })
      } catch (error) {
        sent.error = error as KafkaError
      }
      return sent
    })
    return Promise.all(settled)
  }

  /** What came for one partition of `t`. */
  of(partition: number): ArrivedBatch[] {
    return this.batches.filter((batch) => batch.topic === 't' && batch.partition === partition)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.producer.close({ timeoutMs: 0 })
    await this.cluster.close()
  }
}

/** Pauses between attempts are short, so that no test waits long; what is expected does not depend on them. */
export async function observedCluster(options: ObservedOptions = {}): Promise<ObservedCluster> {
  const { cluster: clusterOptions, clock, ...given } = options
  const cluster = await createEmbeddedCluster({
    topics: { t: { partitions: 2 } },
    ...clusterOptions,
  })
  const { bootstrapServers } = cluster
  const quick = clock === undefined ? { retryBackoffMs: 5, reconnectBackoffMs: 5 } : {}
  const all = { bootstrapServers, ...quick, ...given }
  const producer =
    clock === undefined
      ? createProducer({ ...threadMode, ...all })
      : composed(all, withSockets(clock))
  return new ObservedCluster(cluster, producer, clock?.now ?? performance.now.bind(performance))
}

/** What comes from the sockets comes in real turns of the event loop, and only time waits for the test. */
function withSockets(clock: ManualClock): ProducerRuntime {
  const { clearTimeout, logger, now, random, setTimeout, wallClock } = clock
  return { clearTimeout, logger, now, random, setImmediate, setTimeout, wallClock }
}

/** All that was sent was acknowledged, and the log agrees. */
export function expectAllAcknowledged(observed: ObservedCluster): void {
  expect(observed.sent.flatMap(({ error }) => error ?? [])).toEqual([])
  expectHonest(observed)
}

/**
 * Every send is settled, and the log agrees with what was told: an acknowledged record is there once, at its offset; of a
 * rejected one `persisted` tells the truth; in each partition the order is that of sending.
 */
export function expectHonest({ cluster, sent }: ObservedCluster): void {
  for (const topic of new Set(sent.map(({ record }) => record.topic))) {
    const log = cluster.records(topic)
    const ofTopic = sent.filter(({ record }) => record.topic === topic)
    const lies = ofTopic.filter((one) => {
      const copies = log.filter(({ value }) => String(value) === one.record.value)
      return !isTrue(one, copies)
    })
    expect(lies).toEqual([])
    const places = new Map(ofTopic.map(({ record }, index) => [record.value, index]))
    for (const partition of new Set(log.map((record) => record.partition))) {
      const inLog = log.filter((record) => record.partition === partition)
      const order = inLog.flatMap(({ value }) => places.get(String(value)) ?? [])
      expect(order).toEqual(order.toSorted((a, b) => a - b))
    }
  }
}

type Copies = readonly { readonly partition: number; readonly offset: bigint }[]

/** Whether the caller was told what the log says. */
function isTrue({ metadata, error }: Sent, copies: Copies): boolean {
  switch (error?.persisted) {
    case 'no':
      return copies.length === 0
    case 'possibly':
      return copies.length <= 1
    case 'yes':
      return copies.length === 1
    default:
      return metadata !== null && copies.length === 1 && isAt(metadata, copies[0]!)
  }
}

function isAt({ offset, partition }: RecordMetadata, copy: Copies[number]): boolean {
  // -1 where the broker gave no offset.
  return partition === copy.partition && (offset === -1n || offset === copy.offset)
}
