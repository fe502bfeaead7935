import type { VersionCaps } from './api-names.js'

/** See {@link EmbeddedBroker}. */
export type BrokerState = 'running' | 'paused' | 'stopped'

/** How a broker ends. */
export interface StopOptions {
  /** As after `kill -9`, until the controller notices: metadata goes on naming the broker, and what it led has no other
   *  leader before `electLeaders`, `moveLeader` or `start`.
   *  @defaultValue false: what it led goes to in-sync replicas, as in an orderly shutdown */
  readonly keepLeaders?: boolean
}

/** One broker: what it has seen so far, and what can happen to it. */
export interface EmbeddedBroker {
  readonly nodeId: number
  readonly state: BrokerState
  readonly openConnections: number
  /** Connections since the first start, closed ones included. */
  readonly acceptedConnections: number
  /** Requests received since the first start: of one API, by Kafka's name (`'Produce'`, `'Metadata'`, …), or of all. */
  requestCount(api?: string): number
  /** Closes the listener and every connection. A partition without an in-sync replica left has no leader then. */
  stop(options?: StopOptions): Promise<void>
  /** Listens again, on the same port. It has caught up at once, and leads what nobody else leads. */
  start(): Promise<void>
  /** Answers nothing more, as under SIGSTOP: connections stay, and new ones are taken. */
  pause(): void
  /** Goes on with everything that has arrived meanwhile. */
  resume(): void
  /** Closes every connection; the listener stays. */
  closeConnections(): Promise<void>
  /** The highest versions from now on, in place of those it had; a client sees them when it connects again. */
  capVersions(caps: VersionCaps): void
}
