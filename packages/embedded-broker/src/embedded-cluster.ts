import type { EmbeddedApiName } from './api-names.js'
import { Broker } from './broker/broker.js'
import { ClusterState } from './cluster/cluster-state.js'
import { TopicControl } from './cluster/topic-control.js'
import type { EmbeddedBroker } from './embedded-broker.js'
import { asEmbeddedRecord, type EmbeddedRecord } from './embedded-record.js'
import type { EmbeddedTopic } from './embedded-topic.js'
import type { InterceptOptions, Interceptor } from './intercepted-call.js'
import { resolveEmbeddedClusterOptions, type EmbeddedClusterOptions } from './options.js'
import type { EmbeddedTopicChanges, EmbeddedTopicOptions } from './topic-options.js'

/** A Kafka cluster in this process. */
export interface EmbeddedCluster extends AsyncDisposable {
  /** `host:port` of each broker, by node id. */
  readonly bootstrapServers: string[]
  /** The brokers, by node id. */
  readonly brokers: readonly EmbeddedBroker[]
  /** Every record of a topic, partition by partition and each in the order of its log. None for a topic that is not there. */
  records(topic: string): EmbeddedRecord[]
  /** How many batches a topic's records came in. */
  batchCount(topic: string): number
  /** A topic as it is now; undefined where there is none of that name. */
  topic(name: string): EmbeddedTopic | undefined

  /** Creates a topic. @throws KafkaError INVALID_OPTION where it is there already, or the options cannot be followed */
  createTopic(name: string, options?: Partial<EmbeddedTopicOptions>): void
  /** Deletes a topic with its records. Created again it is another topic, with another id. */
  deleteTopic(name: string): void
  /** Changes settings of a topic, or adds partitions. */
  alterTopic(name: string, changes: EmbeddedTopicChanges): void
  /** Metadata no longer tells of a topic, which goes on. Returns what ends that. */
  hideTopic(name: string): () => void
  /** Removes the records before an offset, as retention does, up to the high watermark. */
  deleteRecords(topic: string, partition: number, before: bigint): void
  /** Every partition forgets its idempotent producers, as when their ids have expired. */
  forgetProducers(): void

  /**
   * Another broker leads a partition, in a new leader epoch; −1 for none. What replicas lack that were held back is lost.
   *
   * @param broker - its node id. One without a replica takes the place of the leader.
   */
  moveLeader(topic: string, partition: number, broker: number): void
  /** The controller notices the brokers that were stopped with `keepLeaders`. */
  electLeaders(): void
  /** Says which replicas are in sync. With fewer than `minInsyncReplicas` a Produce with `acks` all is refused, and nothing
   *  is committed that others write. */
  setInSyncReplicas(topic: string, partition: number, brokers: readonly number[]): void
  /**
   * Followers get nothing more: a Produce with `acks` all waits, and ends as REQUEST_TIMED_OUT after its time. Needs two
   * replicas in sync. Returns what ends that.
   */
  holdReplication(topic: string, partition: number): () => void

  /**
   * Puts a function between the clients and the brokers, for the requests of one API. Of several the newest sees a
   * request first. Returns what removes it.
   */
  intercept<Name extends EmbeddedApiName>(
    api: Name,
    interceptor: Interceptor<Name>,
    options?: InterceptOptions,
  ): () => void

  /**
   * Closes every listener and connection, and resolves when they are gone. Idempotent.
   *
   * @throws what an interceptor threw, as a rejection
   */
  close(): Promise<void>
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
  const { apiVersions, logger } = resolved
  const state = new ClusterState(resolved)
  const brokers = Array.from(
    { length: resolved.brokers },
    (_, nodeId) => new Broker(nodeId, state, apiVersions, logger),
  )
  await Promise.all(brokers.map((broker) => broker.start()))
  return new RunningCluster(state, brokers)
}

class RunningCluster extends TopicControl implements EmbeddedCluster {
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

  records(topic: string): EmbeddedRecord[] {
    const partitions = this.#state.topics.named(topic)?.partitions ?? []
    const records: EmbeddedRecord[] = []
    for (const { index, log } of partitions) {
      for (const record of log.records()) records.push(asEmbeddedRecord(record, index))
    }
    return records
  }

  batchCount(topic: string): number {
    const partitions = this.#state.topics.named(topic)?.partitions ?? []
    return partitions.reduce((sum, { log }) => sum + log.batchCount, 0)
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
    const { failures } = this.#state.interceptors
    if (failures.length > 0) throw failures[0]
  }
}
