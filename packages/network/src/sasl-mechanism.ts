import type { Portable } from '@sluice/protocol'

/** How a client proves who it is (RFC 4422): `plain()`, `scramSha256()`, `scramSha512()`, `oauthBearer()`, or one of your own. */
export interface SaslMechanism {
  /** The name that brokers know it by, like `SCRAM-SHA-256`. */
  readonly name: string
  /**
   * True where the exchange shows the secret to everybody who can read the bytes: then it is refused without encryption,
   * unless `allowInsecureSasl` is set.
   */
  readonly needsEncryption?: boolean
  /**
   * How to make the mechanism again in another thread, with the credentials in it, so do not log it; absent where the
   * mechanism can be made only in this thread.
   */
  readonly portable?: Portable
  /** Starts one authentication. Called for each connection, and again before a session ends (KIP-368). */
  begin(context: SaslContext): SaslExchange
}

/** The connection to authenticate. */
export interface SaslContext {
  /** The name or address of the broker. */
  readonly host: string
  /** The port of the broker. */
  readonly port: number
  /** Whether nobody between the two ends can read the bytes. */
  readonly encrypted: boolean
}

/** One authentication. */
export interface SaslExchange {
  /** The first message. An error means that the credentials are not available now: the connection is tried again. */
  initial(): Uint8Array | Promise<Uint8Array>
  /**
   * The answer to a message of the broker, or null where the exchange is complete. An error means that the authentication
   * has failed for good: everything that waits for the cluster fails with SASL_AUTHENTICATION_FAILED.
   */
  next(challenge: Uint8Array): Uint8Array | null | Promise<Uint8Array | null>
}
