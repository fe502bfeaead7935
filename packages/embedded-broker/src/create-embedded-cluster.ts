import { describeValue } from '@sluice/protocol'
import type { EmbeddedApiName } from './api-names.js'
import { Broker } from './broker/broker.js'
import { ClusterState } from './cluster/cluster-state.js'
import { GroupControl } from './cluster/group-control.js'
import type { EmbeddedCluster } from './embedded-cluster.js'
import { asEmbeddedRecord, type EmbeddedRecord, type RecordsOptions } from './embedded-record.js'
import type { InterceptOptions, Interceptor } from './intercepted-call.js'
import { resolveEmbeddedClusterOptions, type EmbeddedClusterOptions } from './options.js'
import { invalidOption } from './require-option.js'
import {
  type EmbeddedTelemetryOptions,
  type EmbeddedTelemetryPush,
  resolveTelemetryOptions,
} from './telemetry-options.js'

/**
 * Starts a Kafka cluster in this process. Its brokers listen on free ports of the loopback address, or where `listen` says,
 * speak the real protocol, and keep their records in memory.
 *
 * @param options How many brokers, which topics, and so on; the default is one broker without topics.
 * @throws KafkaError INVALID_OPTION (as a rejection) when an option is wrong or contradicts another one.
 */
export async function createEmbeddedCluster(
  options: EmbeddedClusterOptions = {},
): Promise<EmbeddedCluster> {
  const resolved = resolveEmbeddedClusterOptions(options)
  const { apiVersions, listen, logger } = resolved
  const state = new ClusterState(resolved)
  const brokers = Array.from(
    { length: resolved.brokers },
    (_, nodeId) => new Broker(nodeId, state, apiVersions, { listen, logger }),
  )
  await Promise.all(brokers.map((broker) => broker.start()))
  return new RunningCluster(state, brokers)
}

class RunningCluster extends GroupControl implements EmbeddedCluster {
  readonly bootstrapServers: string[]
  readonly brokers: readonly Broker[]
  readonly #state: ClusterState
  #closed: Promise<void> | undefined

  constructor(state: ClusterState, brokers: readonly Broker[]) {
    super(state, brokers.length)
    this.#state = state
    this.brokers = brokers
    this.bootstrapServers = [...state.endpoints.values()]
      .toSorted((a, b) => a.nodeId - b.nodeId)
      .map(({ host, port }) => `${host}:${port}`)
  }

  records(topic: string, { isolation }: RecordsOptions = {}): EmbeddedRecord[] {
    requireIsolation(isolation)
    const partitions = this.#state.topics.named(topic)?.partitions ?? []
    const records: EmbeddedRecord[] = []
    for (const { highWatermark, index, log } of partitions) {
      const inLog =
        isolation === 'read_committed' ? log.committedRecords(highWatermark) : log.records()
      for (const record of inLog) records.push(asEmbeddedRecord(record, index))
    }
    return records
  }

  batchCount(topic: string): number {
    const partitions = this.#state.topics.named(topic)?.partitions ?? []
    return partitions.reduce((sum, { log }) => sum + log.batchCount, 0)
  }

  get telemetryPushes(): readonly EmbeddedTelemetryPush[] {
    return this.#state.clientMetrics?.pushes ?? []
  }

  subscribeTelemetry(options: EmbeddedTelemetryOptions): void {
    const { clientMetrics } = this.#state
    if (clientMetrics === null)
      throw invalidOption('subscribeTelemetry needs a cluster with the option telemetry')
    clientMetrics.subscribe(resolveTelemetryOptions(options))
  }

  electLeaders(): void {
    this.#state.elect()
  }

  intercept<Name extends EmbeddedApiName>(
    api: Name,
    interceptor: Interceptor<Name>,
    options?: InterceptOptions,
  ): () => void {
    return this.#state.interceptors.add(api, interceptor, options)
  }

  async close(): Promise<void> {
    this.#closed ??= this.#close()
    await this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.stop({ keepLeaders: true })))
    this.#state.groups.stop()
    this.#state.transactions.stop()
    const { failures } = this.#state.interceptors
    if (failures.length > 0) throw failures[0]
  }
}

function requireIsolation(isolation: RecordsOptions['isolation']): void {
  const known: unknown[] = [undefined, 'read_committed', 'read_uncommitted']
  if (known.includes(isolation)) return
  throw invalidOption(
    `isolation is "read_committed" or "read_uncommitted", not ${describeValue(isolation)}`,
  )
}
