import type { VersionCaps } from './api-names.js'

/** What an {@link EmbeddedBroker} does now. A paused broker takes connections and answers nothing. */
export type BrokerState = 'running' | 'paused' | 'stopped'

/** How a broker stops. */
export interface StopOptions {
  /** Stops the broker as `kill -9` does: until the controller notices, metadata still names the broker, and its
   *  partitions get no other leader before `electLeaders`, `moveLeader` or `start`.
   *  @defaultValue false: in-sync replicas lead its partitions, as after an orderly shutdown */
  readonly keepLeaders?: boolean
}

/** One broker of the cluster: what it has seen so far, and what a test can do to it. */
export interface EmbeddedBroker {
  /** Its node id, from 0 on. */
  readonly nodeId: number
  /** Whether it runs, is paused, or is stopped. */
  readonly state: BrokerState
  /** Connections that are open now. */
  readonly openConnections: number
  /** Connections that were accepted since the first start, the closed ones included. */
  readonly acceptedConnections: number
  /** How many requests arrived since the first start: of one API, by Kafka's name (`'Produce'`, `'Metadata'`, …), or of all. */
  requestCount(api?: string): number
  /** Closes the listener and every connection. A partition that has no in-sync replica left has no leader then. */
  stop(options?: StopOptions): Promise<void>
  /** Listens again, on the same port. Its replicas catch up at once, and it leads the partitions that have no leader. */
  start(): Promise<void>
  /** Answers nothing more, as under SIGSTOP: connections stay open, and new ones are accepted. */
  pause(): void
  /** Goes on with all requests that have arrived meanwhile. */
  resume(): void
  /** Closes every connection. The listener stays open. */
  closeConnections(): Promise<void>
  /**
   * Sets the highest versions that the broker speaks, in place of those it had. A client sees them when it connects
   * again.
   *
   * @throws KafkaError INVALID_OPTION when a name is none of `EmbeddedApis`, or a version is no version.
   */
  capVersions(caps: VersionCaps): void
}
