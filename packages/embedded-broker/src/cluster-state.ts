import { randomBytes } from 'node:crypto'
import type { CompressionCodec } from '@sluice/protocol'
import type { EmbeddedClusterOptions } from './options.js'
import { Topics } from './topics.js'

/** Where a broker listens. */
export interface Endpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

/** What all brokers of a cluster share: its identity, its topics, its settings. No network. */
export class ClusterState {
  /** 22 characters of base64url, as Kafka's own. */
  readonly clusterId = randomBytes(16).toString('base64url')
  readonly controllerId = 0
  readonly topics: Topics
  readonly codecs: ReadonlyMap<number, CompressionCodec>
  readonly maxMessageBytes: number
  /** The brokers that listen, by node id. */
  readonly endpoints = new Map<number, Endpoint>()
  readonly #options: Required<EmbeddedClusterOptions>
  #producerIds = 0n

  constructor(options: Required<EmbeddedClusterOptions>) {
    this.#options = options
    this.topics = new Topics(options.brokers)
    this.codecs = new Map(options.codecs.map((codec) => [codec.id, codec]))
    this.maxMessageBytes = options.maxMessageBytes
    for (const [name, { partitions }] of Object.entries(options.topics)) {
      this.topics.create(name, partitions)
    }
  }

  get autoCreateTopics(): boolean {
    return this.#options.autoCreateTopics
  }

  get defaultPartitions(): number {
    return this.#options.defaultPartitions
  }

  rackOf(nodeId: number): string | null {
    return this.#options.racks[nodeId] ?? null
  }

  /** A producer id that nobody had before. */
  takeProducerId(): bigint {
    return this.#producerIds++
  }
}
