import { randomBytes } from 'node:crypto'
import type { CompressionCodec } from '@sluice/protocol'
import { Interceptors } from '../faults/interceptors.js'
import type { ResolvedOptions } from '../options.js'
import { PartitionLog } from '../partition/partition-log.js'
import type { EmbeddedRuntime } from '../runtime.js'
import type { EmbeddedTopicOptions } from '../topic-options.js'
import { electLeaders, welcomeBack } from './elections.js'
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
  /** 22 characters of base64url, as in Kafka. */
  readonly clusterId = randomBytes(16).toString('base64url')
  readonly topics: Topics
  readonly codecs: ReadonlyMap<number, CompressionCodec>
  readonly runtime: EmbeddedRuntime
  readonly interceptors: Interceptors
  /** The brokers that Metadata names, by node id: those that run, and stopped ones that the controller has not noticed. */
  readonly endpoints = new Map<number, Endpoint>()
  /** Topics that exist and that Metadata leaves out. */
  readonly hiddenTopics = new Set<string>()
  readonly #options: ResolvedOptions
  readonly #down = new Set<number>()
  #producerIds = 0n

  constructor(options: ResolvedOptions) {
    const { codecs, producerIdExpirationMs, runtime } = options
    this.#options = options
    this.runtime = runtime
    this.codecs = new Map(codecs.map((codec) => [codec.id, codec]))
    this.interceptors = new Interceptors(runtime, (id) => this.topics.withId(id)?.name)
    const expiration = { expirationMs: producerIdExpirationMs, wallClock: runtime.wallClock }
    this.topics = new Topics({
      brokers: options.brokers,
      isUp: (node) => !this.#down.has(node),
      makeLog: () => new PartitionLog(expiration),
    })
    for (const [name, topic] of Object.entries(options.topics)) this.createTopic(name, topic)
  }

  get autoCreateTopics(): boolean {
    return this.#options.autoCreateTopics
  }

  /** The levels of the features that the cluster has finalized, by name. */
  get finalizedFeatures(): Readonly<Record<string, number>> {
    return this.#options.finalizedFeatures
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
  }

  /** A broker has stopped, and the controller has not noticed it yet. */
  lose(nodeId: number): void {
    this.#down.add(nodeId)
  }

  /** The controller notices the brokers that have stopped. */
  elect(): void {
    for (const node of this.#down) this.endpoints.delete(node)
    electLeaders(this.topics, (node) => !this.#down.has(node))
  }

  /** A new producer id. */
  takeProducerId(): bigint {
    return this.#producerIds++
  }
}
