const authority = 'give the authority that signed it as ca'
const notTls = 'does this port speak TLS?'
const client =
  'the broker asks for a certificate of the client that it accepts: look at tls.cert and tls.key'
const versions =
  'the two sides have no version of TLS in common: look at tls.minVersion and tls.maxVersion, and upgrade a broker below TLSv1.2'
const ciphers =
  'the two sides have nothing in common that they could use, or the broker asks for a certificate of the client: look at tls.ciphers, tls.cert and tls.key'

/** By code of Node, or of OpenSSL with Node's prefix: what time does not mend, and what to change. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/^CRL_\w+$|^UNABLE_TO_\w+_CRL\w*$/, 'give a list that is valid as tls.crl'],
  [/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/, authority],
  [/^(CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|CERT_REJECTED|INVALID_CA)$/, authority],
  [/^ERR_SSL_CERTIFICATE_VERIFY_FAILED$/, authority],
  [/^CERT_HAS_EXPIRED$/, 'it must be renewed, or the clock of this machine is wrong'],
  [/^CERT_NOT_YET_VALID$/, 'it is too new, or the clock of this machine is wrong'],
  [
    /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    'use a name of the certificate in bootstrapServers and advertised.listeners, or set tls.servername to one',
  ],
  [/^(CERT_REVOKED|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|CERT_CHAIN_TOO_LONG)$/, 'get another one'],
  [/^ERR_SSL_.*ALERT_(NO|BAD|UNSUPPORTED)_CERTIFICATE$/, client],
  [/^ERR_SSL_.*ALERT_CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN|REQUIRED)$/, client],
  [/^ERR_SSL_.*ALERT_(UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)$/, client],
  [/^ERR_SSL_.*ALERT_PROTOCOL_VERSION$/, versions],
  [/^ERR_SSL_(UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|VERSION_TOO_\w+)$/, versions],
  [/^ERR_SSL_.*ALERT_(HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY)$/, ciphers],
  [/^ERR_SSL_(NO_SHARED_CIPHER|NO_CIPHERS_AVAILABLE|WRONG_CIPHER_RETURNED)$/, ciphers],
  [/^(ERR_SSL_)?(EE|CA|DH)_(KEY_TOO_SMALL|MD_TOO_WEAK)$/, 'the broker needs stronger keys'],
  [/^ERR_SSL_.*ALERT_NO_APPLICATION_PROTOCOL$/, 'look at tls.ALPNProtocols'],
  [/^ERR_SSL_.*(UNRECOGNIZED_NAME|MISSING_EXTENSION)$/, 'look at tls.servername'],
  [/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/, notTls],
]

/** What may be over with the next attempt, but most often is not. */
const hints = new Map([['ECONNRESET', notTls]])

/** What to change where this has ended a connection. Undefined where nothing is known. */
export function tlsAdvice(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? (refusalAdvice(code) ?? hints.get(code)) : undefined
}

/**
 * Whether one side has refused the other in a way that every later attempt would meet as well, until a
 * certificate or an option is changed: what Java calls an SslAuthenticationException. Looks through the causes, so errors of any
 * transport over `node:tls` will do.
 */
export function isTlsRefusal(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false
  if (error instanceof AggregateError) return isRefusedAtAll(error.errors)
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown }
  if (typeof code === 'string' && refusalAdvice(code) !== undefined) return true
  return isTlsRefusal(cause, depth + 1)
}

function refusalAdvice(code: string): string | undefined {
  return refusals.find(([pattern]) => pattern.test(code))?.[1]
}

interface AddressFailure {
  readonly address?: unknown
  readonly syscall?: unknown
}

/**
 * Whether each address of a name refuses. Where one family of addresses cannot be connected to, as `::1` for a broker
 * that listens at 127.0.0.1 only, the other one tells.
 */
function isRefusedAtAll(failures: readonly AddressFailure[]): boolean {
  const refused = failures.filter((failure) => isTlsRefusal(failure, 1))
  const families = new Set(refused.map(familyOf))
  const others = failures.filter((failure) => !refused.includes(failure))
  return (
    refused.length > 0 &&
    others.every((failure) => failure.syscall === 'connect' && !families.has(familyOf(failure)))
  )
}

function familyOf({ address }: AddressFailure): string {
  return String(address).includes(':') ? 'IPv6' : 'IPv4'
}
