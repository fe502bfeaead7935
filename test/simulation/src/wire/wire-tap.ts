import type { Buffer } from 'node:buffer'

/** Hears all that the client writes on a connection and reads from it. */
export interface WireTap {
  written(bytes: Buffer): void
  read(bytes: Buffer): void
  /** The client has heard that the connection has ended, or has ended it. */
  ended(): void
}
