import type { ErrorCode } from '@sluice/protocol'
import { isTlsRefusal, tlsAdvice } from '../transports/tls-refusal.js'

const httpText = 0x48545450 // 'HTTP'
const tlsAlert = 0x1503 // content type alert, version 3.x

/**
 * What a length prefix that no broker sends says about the peer. Other protocols show themselves here: an HTTP server
 * answers 'HTTP', a TLS server sends an alert.
 */
export function describeBadLength(length: number, limit: number): string {
  if (length === httpText) return 'the peer answered HTTP: is this the Kafka port?'
  if (length >>> 16 === tlsAlert) return 'the peer answered with a TLS alert: this port expects TLS'
  if (length < 4) return `the peer announced a frame of ${length} bytes, which no answer can have`
  return `the peer announced a frame of ${length} bytes, more than the ${limit} allowed here`
}

/**
 * Why the peer may have closed the connection: before it has answered anything, or at the first request after ApiVersions.
 * Empty where the moment says nothing.
 * @param served - whether it has answered more than ApiVersions, or the client would have had to authenticate first
 * @param encrypted - whether TLS was agreed on
 * @param error - what ended the stream, if anything did
 */
export function closeHint(
  answers: number,
  served: boolean,
  encrypted: boolean,
  error?: Error,
): string {
  if (answers === 0) return `; ${firstHint(encrypted, error)}`
  if (served) return ''
  return '; it was closed before anything was answered but ApiVersions: does this port expect SASL?'
}

/** With TLS 1.3 a broker refuses the certificate of the client only after the handshake, and some just hang up. */
function firstHint(encrypted: boolean, error: Error | undefined): string {
  const advice = isTlsRefusal(error) ? tlsAdvice(error) : undefined
  if (advice !== undefined) return advice
  const expected = encrypted
    ? 'does this port expect SASL or another certificate of the client (tls.cert)'
    : 'does this port expect TLS or SASL'
  return `it was closed before the first answer: ${expected}, or is it not a Kafka port?`
}

/** The code of what keeps a connection from being set up. */
export function setUpCode(error: unknown): ErrorCode {
  return isTlsRefusal(error) ? 'TLS_AUTHENTICATION_FAILED' : 'CONNECTION_FAILED'
}
