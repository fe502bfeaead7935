import type { SaslContext } from '@sluice/network'

/** The names of the functions that are options by themselves. The sender's thread calls them on the caller's thread. */
export const askedOptions = { bootstrapServers: 'bootstrapServers', tls: 'tls' } as const

/** The names of the two steps of a mechanism that works on the caller's thread. */
export const saslSteps = { initial: 'sasl.initial', next: 'sasl.next' } as const

/** Asks a mechanism for its first message. */
export interface InitialStep {
  /** Names the exchange. */
  readonly exchange: number
  readonly context: SaslContext
}

/** Hands on what the broker says. */
export interface NextStep {
  readonly exchange: number
  readonly challenge: Uint8Array
}
