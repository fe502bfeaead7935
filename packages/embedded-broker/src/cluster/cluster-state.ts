import type { CompressionCodec, TopicPartition } from '@sluice/protocol'
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
import { CoordinatorPlaces, internalTopics } from './coordinator-places.js'
import { electLeaders, welcomeBack } from './elections.js'
import { FinalizedFeatures } from './features.js'
import { RandomIds } from './random-ids.js'
import { Topics, type Topic } from './topics.js'

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
    this.groups = new GroupCoordinator((groupId) => this.coordinators.partitionOf(groupId))
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

  /** Whether a broker runs, whatever the controller knows. */
  isUp(node: number): boolean {
    return !this.#down.has(node)
  }

  /** The broker with the lowest node id. */
  get controllerId(): number {
    return Math.min(...this.endpoints.keys())
  }

  createTopic(name: string, options: Partial<EmbeddedTopicOptions> = {}): Topic {
    const { defaultPartitions, maxMessageBytes, minInsyncReplicas, replicationFactor } =
      this.#options
    const defaults = { maxMessageBytes, minInsyncReplicas, replicationFactor }
    return this.topics.create(name, { partitions: defaultPartitions, ...defaults, ...options })
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
