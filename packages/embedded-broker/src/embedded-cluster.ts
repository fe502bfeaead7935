import type { BatchRecord } from '@sluice/protocol'
import { Broker } from './broker.js'
import { ClusterState } from './cluster-state.js'
import { resolveEmbeddedClusterOptions, type EmbeddedClusterOptions } from './options.js'

/** A Kafka cluster in this process. */
export interface EmbeddedCluster extends AsyncDisposable {
  /** `host:port` of each broker. */
  readonly bootstrapServers: string[]
  /** The brokers, by node id. */
  readonly brokers: readonly EmbeddedBroker[]
  /** Every record of a topic, partition by partition and each in the order of its log. None for a topic that is not there. */
  records(topic: string): EmbeddedRecord[]
  /** How many batches a topic's records came in. */
  batchCount(topic: string): number
  /** Closes every listener and connection, and resolves when they are gone. Idempotent. */
  close(): Promise<void>
}

/** A record as it is in the log. */
export interface EmbeddedRecord {
  readonly partition: number
  readonly offset: bigint
  /** Milliseconds. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** In order, repeated names included. */
  readonly headers: [name: string, value: Buffer | null][]
}

/** One broker, and what it has seen so far. */
export interface EmbeddedBroker {
  readonly nodeId: number
  readonly openConnections: number
  /** Connections since the start, closed ones included. */
  readonly acceptedConnections: number
  /** Requests received since the start: of one API, by Kafka's name (`'Produce'`, `'Metadata'`, …), or of all. */
  requestCount(api?: string): number
}

/**
 * Starts a Kafka cluster in this process: brokers that listen on ports of loopback which the system chooses, speak the
 * real protocol and keep what they get in memory.
 *
 * @throws KafkaError INVALID_OPTION (as a rejection)
 */
export async function createEmbeddedCluster(
  options: EmbeddedClusterOptions = {},
): Promise<EmbeddedCluster> {
  const resolved = resolveEmbeddedClusterOptions(options)
  const state = new ClusterState(resolved)
  const brokers = Array.from(
    { length: resolved.brokers },
    (_, nodeId) => new Broker(nodeId, state, resolved.logger),
  )
  await Promise.all(brokers.map((broker) => broker.listen()))
  return new RunningCluster(state, brokers)
}

class RunningCluster implements EmbeddedCluster {
  readonly bootstrapServers: string[]
  readonly brokers: readonly Broker[]
  readonly #state: ClusterState
  #closed: Promise<unknown> | undefined

  constructor(state: ClusterState, brokers: readonly Broker[]) {
    this.#state = state
    this.brokers = brokers
    this.bootstrapServers = [...state.endpoints.values()]
      .toSorted((a, b) => a.nodeId - b.nodeId)
      .map(({ host, port }) => `${host}:${port}`)
  }

  records(topic: string): EmbeddedRecord[] {
    const partitions = this.#state.topics.named(topic)?.partitions ?? []
    const records: EmbeddedRecord[] = []
    for (const { index, log } of partitions) {
      for (const record of log.records()) records.push(asEmbedded(record, index))
    }
    return records
  }

  batchCount(topic: string): number {
    const partitions = this.#state.topics.named(topic)?.partitions ?? []
    return partitions.reduce((sum, { log }) => sum + log.batchCount, 0)
  }

  async close(): Promise<void> {
    this.#closed ??= Promise.all(this.brokers.map((broker) => broker.close()))
    await this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** Field by field: tests read hundreds of thousands of these, and a spread costs more than all the rest. */
function asEmbedded(record: BatchRecord, partition: number): EmbeddedRecord {
  return {
    partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: asBuffer(record.key),
    value: asBuffer(record.value),
    headers: record.headers.map(([name, value]) => [name, asBuffer(value)]),
  }
}

function asBuffer(bytes: Uint8Array | null): Buffer | null {
  if (bytes === null || Buffer.isBuffer(bytes)) return bytes
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
