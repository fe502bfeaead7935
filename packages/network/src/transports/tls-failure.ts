import { reasonOf } from '@sluice/protocol'
import { invalidOption } from '../errors.js'

const notTls = 'does this port speak TLS?'
const unknownAuthority = 'give the authority that signed it as ca'

/** By code of Node or OpenSSL: what to look at. */
const advice = new Map<unknown, string>([
  ['ERR_SSL_WRONG_VERSION_NUMBER', notTls],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', notTls],
  ['ECONNRESET', notTls],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', unknownAuthority],
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownAuthority],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownAuthority],
])

/** Why a handshake failed, and what to look at. */
export function describeTlsFailure(cause: unknown, where: string): Error {
  const { code } = cause as { code?: unknown }
  const hint = advice.get(code)
  const tail = hint === undefined ? '' : `; ${hint}`
  return new Error(`TLS with ${where} failed: ${reasonOf(cause)}${tail}`, { cause })
}

/**
 * Why a key or a certificate cannot be used. Node quotes what it was given, which may be the passphrase: that is cut off.
 * @param final - whether the next attempt would find the same
 */
export function describeContextFailure(error: unknown, final: boolean): Error {
  const [reason] = reasonOf(error).split(/\.? Received /)
  const detail = `tls: ${reason}`
  return final ? invalidOption(detail) : new Error(detail)
}
