import type { Portable } from '@sluice/protocol'

/** How a client proves who it is (RFC 4422): `plain()`, `scramSha256()`, `scramSha512()`, `oauthBearer()`, or one of your own. */
export interface SaslMechanism {
  /** As brokers call it, like `SCRAM-SHA-256`. */
  readonly name: string
  /** True where the exchange shows the secret to whoever reads along: then it is refused without encryption, unless `allowInsecureSasl` is set. */
  readonly needsEncryption?: boolean
  /**
   * How to make the mechanism again in another thread, with the credentials in it, so do not log it; absent where the
   * mechanism can be made only in this thread.
   */
  readonly portable?: Portable
  /** Called for each authentication: at each connection, and again before a session ends (KIP-368). */
  begin(context: SaslContext): SaslExchange
}

/** Who is at the other end. */
export interface SaslContext {
  readonly host: string
  readonly port: number
  readonly encrypted: boolean
}

/** One authentication. */
export interface SaslExchange {
  /** The first message. What it throws counts as credentials that cannot be had now: the connection is tried again. */
  initial(): Uint8Array | Promise<Uint8Array>
  /**
   * The answer to a message of the broker, or null where the exchange is complete. What it throws counts as a refusal:
   * everything that waits for the cluster fails with SASL_AUTHENTICATION_FAILED.
   */
  next(challenge: Uint8Array): Uint8Array | null | Promise<Uint8Array | null>
}
