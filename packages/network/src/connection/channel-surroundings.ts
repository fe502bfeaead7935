import type { KafkaError } from '@sluice/protocol'
import type { ResolvedNetworkOptions } from '../options.js'
import type { NetworkRuntime } from '../runtime.js'

export interface ChannelSettings {
  readonly runtime: NetworkRuntime
  readonly options: ResolvedNetworkOptions
  /** How messages call the other end. */
  readonly peer: string
}

export interface ChannelEvents {
  /** Nothing more can be exchanged; whoever owns the stream must close it. */
  failed(failure: KafkaError): void
  drained(): void
  /** The broker asks for silence. */
  throttled(ms: number): void
  /** A request has its answer, or never needed one. */
  settled(): void
  /** The oldest request has waited long; told again while it goes on waiting. */
  stalled(): void
}
