import { from, message } from '../schema/struct.js'
import { bytes, int16, int64, nullable, string } from '../schema/wire-type.js'

/**
 * SaslAuthenticate: one step of a mechanism's exchange, there and back.
 *
 * Version 1 adds to the response for how long the connection stays authenticated: 0 for good, else the client
 * authenticates again on it before that time (KIP-368). 2 is flexible.
 */
export const saslAuthenticateApi = {
  key: 36,
  name: 'SaslAuthenticate',
  minVersion: 0,
  maxVersion: 2,
  flexibleFrom: 2,
  throttledFrom: Infinity,
  request: /* @__PURE__ */ message(() => ({ authBytes: bytes })),
  response: /* @__PURE__ */ message(() => ({
    errorCode: int16,
    errorMessage: nullable(string),
    authBytes: bytes,
    sessionLifetimeMs: from(1, int64),
  })),
} as const
