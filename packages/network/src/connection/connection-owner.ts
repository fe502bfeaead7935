import type { KafkaError } from '@sluice/protocol'
import type { ResolvedNetworkOptions } from '../options.js'
import type { NetworkRuntime } from '../runtime.js'
import type { SaslMechanism } from '../sasl-mechanism.js'
import type { Transport } from '../transport.js'

/** What all connections of a client have in common. */
export interface ConnectionEnvironment {
  readonly runtime: NetworkRuntime
  readonly transport: Transport
  /** How each connection is authenticated; null where that is not done. */
  readonly sasl: SaslMechanism | null
  readonly options: ResolvedNetworkOptions
}

export interface ConnectionEnd {
  readonly failure: KafkaError
  /** Whether the connection had come as far as serving requests. */
  readonly wasReady: boolean
  /** Closed by us for no fault of the broker. */
  readonly onPurpose: boolean
}

export interface ConnectionOwner {
  /** Became ready, or may take requests again. */
  connectionChanged(): void
  /** The broker keeps a request waiting for long; told again while it does. */
  connectionStalled(): void
  /** Called once, before the requests that are left get their answers. */
  connectionClosed(end: ConnectionEnd): void
}
