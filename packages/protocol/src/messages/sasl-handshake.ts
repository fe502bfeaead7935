import { message } from '../schema/struct.js'
import { arrayOf, int16, string } from '../schema/wire-type.js'

/**
 * SaslHandshake: the mechanism a client wants to authenticate with, and those the broker has. Never flexible.
 *
 * After version 0 the mechanism's bytes follow in frames without a header, after 1 in SaslAuthenticate.
 */
export const saslHandshakeApi = {
  key: 17,
  name: 'SaslHandshake',
  minVersion: 0,
  maxVersion: 1,
  flexibleFrom: Infinity,
  throttledFrom: Infinity,
  request: /* @__PURE__ */ message(() => ({ mechanism: string })),
  response: /* @__PURE__ */ message(() => ({ errorCode: int16, mechanisms: arrayOf(string) })),
} as const
