import type { ErrorCode, KafkaError } from '@sluice/protocol'
import type { ResolvedNetworkOptions } from '../options.js'
import type { NetworkRuntime } from '../runtime.js'
import type { SaslMechanism } from '../sasl-mechanism.js'
import type { Transport } from '../transport.js'
import type { InFlightRequest } from './in-flight-request.js'

/** What all connections of a client have in common. */
export interface ConnectionDeps {
  readonly runtime: NetworkRuntime
  readonly transport: Transport
  /** How each connection is authenticated; null where connections are not authenticated. */
  readonly sasl: SaslMechanism | null
  readonly options: ResolvedNetworkOptions
  /** Called when a connection has become ready, with the features that its broker knows. */
  readonly learnFeatures: (features: FinalizedFeatures) => void
}

/** The features that the cluster has finalized, as one broker knows them (KIP-584). */
export interface FinalizedFeatures {
  /** Grows with each change that the cluster makes to them; −1 where the broker does not know them. */
  readonly epoch: bigint
  /** The highest level that may be used, by the name of the feature, like `transaction.version`. */
  readonly levels: ReadonlyMap<string, number>
}

/** Before a broker has named any. */
export const unknownFeatures: FinalizedFeatures = { epoch: -1n, levels: new Map() }

/** How a connection has ended. */
export interface ConnectionEnd {
  readonly failure: KafkaError
  /** Whether the connection had been ready for requests. */
  readonly wasReady: boolean
  /** Whether the client closed it although the broker did nothing wrong. */
  readonly onPurpose: boolean
}

/** The node that a connection belongs to. It is told what happens. */
export interface ConnectionOwner {
  /** The id of the broker; below zero for a bootstrap server. */
  readonly id: number
  /** Whether the broker has asked to be sent nothing for a time that is not over. */
  readonly throttled: boolean
  /** The connection became ready, or may take requests again. */
  connectionChanged(): void
  /** The broker keeps a request waiting for long. Called again and again while it does. */
  connectionSlow(): void
  /** The broker asks to be sent nothing for `ms` from now on. */
  connectionThrottled(ms: number): void
  /** Called once, before the requests that are left get their answers. */
  connectionClosed(end: ConnectionEnd): void
}

/** What a channel needs besides its stream. */
export interface ChannelDeps {
  readonly runtime: NetworkRuntime
  readonly options: ResolvedNetworkOptions
  /** The name of the broker in messages: its address. */
  readonly peer: string
}

export interface ChannelEvents {
  /** Nothing more can be exchanged: the owner of the stream must close it. */
  failed(failure: KafkaError): void
  /** The stream takes bytes again. */
  drained(): void
  /** The broker asks to be sent nothing for `ms`. */
  throttled(ms: number): void
  /**
   * A request has ended, and its caller knows.
   * @param bytesReceived - the length of the answer; 0 where none came
   * @param errorCode - why no answer came; null where one came or none was expected
   */
  ended(request: InFlightRequest, bytesReceived: number, errorCode: ErrorCode | null): void
  /** A request has its answer, or was written and needs none. */
  settled(): void
  /** The oldest request has waited for long. Called again and again while it goes on waiting. */
  slow(): void
}
