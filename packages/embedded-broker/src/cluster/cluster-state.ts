import type { CompressionCodec, TopicPartition } from '@sluice/protocol'
import { effective } from '../configs/topic-configs.js'
import { Interceptors } from '../faults/interceptors.js'
import { GroupCoordinator } from '../groups/group-coordinator.js'
import type { ResolvedOptions } from '../options.js'
import { PartitionLog } from '../partition/partition-log.js'
import type { EmbeddedRuntime } from '../runtime.js'
import { ClientMetrics } from '../telemetry/client-metrics.js'
import type { EmbeddedTopicOptions } from '../topic-options.js'
import type { MarkerTarget } from '../transactions/markers.js'
import { partitionTarget } from '../transactions/partition-marker.js'
import { TransactionCoordinator } from '../transactions/transaction-coordinator.js'
import { ClusterConfigs } from './cluster-configs.js'
import { CoordinatorPlaces, internalTopics } from './coordinator-places.js'
import { electLeaders, welcomeBack } from './elections.js'
import { FinalizedFeatures } from './features.js'
import { RandomIds } from './random-ids.js'
import { Topics, type Places, type Topic, type TopicSettings } from './topics.js'

/** Where a broker listens. */
export interface Endpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

/** The state that all brokers of a cluster share: its identity, its topics, its settings. It knows no sockets. */
export class ClusterState {
  readonly clusterId: string
  readonly topics: Topics
  readonly codecs: ReadonlyMap<number, CompressionCodec>
  readonly runtime: EmbeddedRuntime
  readonly interceptors: Interceptors
  /** The brokers that Metadata names, by node id: those that run, and stopped ones that the controller has not noticed. */
  readonly endpoints = new Map<number, Endpoint>()
  /** Topics that exist and that Metadata leaves out. */
  readonly hiddenTopics = new Set<string>()
  readonly features: FinalizedFeatures
  readonly configs: ClusterConfigs
  readonly coordinators: CoordinatorPlaces
  readonly transactions: TransactionCoordinator
  readonly groups: GroupCoordinator
  /** Null where the cluster asks for no metrics. */
  readonly clientMetrics: ClientMetrics | null
  readonly #internalTopics: Topics
  readonly #options: ResolvedOptions
  readonly #down = new Set<number>()
  #producerIds = 0n

  constructor(options: ResolvedOptions) {
    const { codecs, producerIdExpirationMs, runtime } = options
    this.#options = options
    this.configs = new ClusterConfigs(options)
    this.runtime = runtime
    const ids = new RandomIds(runtime.random)
    this.clusterId = ids.text()
    this.codecs = new Map(codecs.map((codec) => [codec.id, codec]))
    this.interceptors = new Interceptors(runtime, (id) => this.topics.withId(id)?.name)
    const expiration = { expirationMs: producerIdExpirationMs, wallClock: runtime.wallClock }
    this.features = new FinalizedFeatures(options.finalizedFeatures)
    const placement = {
      brokers: options.brokers,
      isUp: (node: number) => this.isUp(node),
      makeLog: () => new PartitionLog(expiration),
      newId: () => ids.uuid(),
    }
    this.topics = new Topics(placement)
    this.#internalTopics = new Topics(placement)
    this.coordinators = new CoordinatorPlaces(this.#internalTopics, options.replicationFactor)
    this.groups = new GroupCoordinator({
      runtime,
      initialRebalanceDelayMs: options.groupInitialRebalanceDelayMs,
      offsetsRetentionMs: options.offsetsRetentionMs,
      partitionOf: (groupId) => this.coordinators.partitionOf(groupId),
    })
    this.transactions = new TransactionCoordinator({
      runtime,
      maxTimeoutMs: options.transactionMaxTimeoutMs,
      version: () => this.features.transactionVersion,
      takeProducerId: () => this.takeProducerId(),
      targetOf: (partition) => this.#markerTarget(partition),
    })
    const { telemetry } = options
    this.clientMetrics =
      telemetry === null
        ? null
        : new ClientMetrics(telemetry, { now: () => runtime.now(), newId: () => ids.uuid() })
    for (const [name, topic] of Object.entries(options.topics)) this.createTopic(name, topic)
  }

  get autoCreateTopics(): boolean {
    return this.#options.autoCreateTopics
  }

  /** The session time-outs that a member may want, in milliseconds. */
  get sessionTimeouts(): { readonly lowest: number; readonly highest: number } {
    const { groupMaxSessionTimeoutMs, groupMinSessionTimeoutMs } = this.#options
    return { lowest: groupMinSessionTimeoutMs, highest: groupMaxSessionTimeoutMs }
  }

  /** Whether a broker runs, whatever the controller knows. */
  isUp(node: number): boolean {
    return !this.#down.has(node)
  }

  /** The broker with the lowest node id. */
  get controllerId(): number {
    return Math.min(...this.endpoints.keys())
  }

  /** @param places The nodes of each partition, where they are not spread round robin. */
  createTopic(
    name: string,
    options: Partial<EmbeddedTopicOptions> = {},
    places: Places = [],
  ): Topic {
    const { maxMessageBytes, minInsyncReplicas } = this.#options
    const defaults = { ...this.usualTopic, maxMessageBytes, minInsyncReplicas }
    const topic = this.topics.create(name, { ...defaults, ...options, places })
    this.alterTopic(topic, options)
    return topic
  }

  /** Sets what of a topic can be changed while it exists, and keeps what is not given. */
  alterTopic(topic: Topic, changes: Partial<TopicSettings>): void {
    for (const [setting, name] of [
      ['maxMessageBytes', effective.maxMessageBytes],
      ['minInsyncReplicas', effective.minInsyncReplicas],
    ] as const) {
      const value = changes[setting]
      if (value !== undefined) this.configs.apply(topic, { name, value: String(value) })
    }
  }

  /** How many partitions and replicas a topic has where nobody says it. */
  get usualTopic(): { readonly partitions: number; readonly replicationFactor: number } {
    const { defaultPartitions: partitions, replicationFactor } = this.#options
    return { partitions, replicationFactor }
  }

  /** The node ids of all brokers, of those that are stopped too. */
  get brokerIds(): number[] {
    return Array.from({ length: this.#options.brokers }, (_, nodeId) => nodeId)
  }

  /** Deletes a topic with its records, and what groups know of it. */
  deleteTopic(name: string): void {
    this.topics.delete(name)
    this.groups.forgetTopic(name)
  }

  /** A broker has started to listen. */
  join(nodeId: number, host: string, port: number): void {
    this.#down.delete(nodeId)
    this.endpoints.set(nodeId, { nodeId, host, port, rack: this.#options.racks[nodeId] ?? null })
    welcomeBack(this.topics, nodeId)
    welcomeBack(this.#internalTopics, nodeId)
    this.transactions.markers.retry()
  }

  /** A broker has stopped, and the controller has not noticed it yet. */
  lose(nodeId: number): void {
    this.#down.add(nodeId)
  }

  /** The controller notices the brokers that have stopped. */
  elect(): void {
    for (const node of this.#down) this.endpoints.delete(node)
    electLeaders(this.topics, (node) => this.isUp(node))
    electLeaders(this.#internalTopics, (node) => this.isUp(node))
    this.transactions.markers.retry()
  }

  /** A new producer id. */
  takeProducerId(): bigint {
    return this.#producerIds++
  }

  #markerTarget({ partition, topic }: TopicPartition): MarkerTarget | null {
    if (topic === internalTopics.group) return this.groups.targetOf(partition)
    const found = this.topics.named(topic)?.partitions[partition]
    return found === undefined ? null : partitionTarget(found, (node) => this.isUp(node))
  }
}
