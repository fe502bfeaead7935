const http = 0x48545450 // 'HTTP'
const tlsAlert = 0x1503 // content type alert, version 3.x

/**
 * What a length prefix that cannot be one says of the peer. Other protocols betray themselves here: an HTTP server
 * answers 'HTTP', a TLS server sends an alert.
 */
export function describeBadLength(length: number, limit: number): string {
  if (length === http) return 'the peer answered HTTP: is this the Kafka port?'
  if (length >>> 16 === tlsAlert) return 'the peer answered with a TLS alert: this port expects TLS'
  if (length < 4) return `the peer announced a frame of ${length} bytes, which no answer can have`
  return `the peer announced a frame of ${length} bytes, more than the ${limit} allowed here`
}

/**
 * Why a peer may hang up: before it has answered anything, or at the first question after the greeting.
 * @param served - whether it has answered more than ApiVersions, or was to authenticate the client first
 */
export function closeHint(answers: number, served: boolean): string {
  if (answers === 0)
    return '; it was closed before the first answer: does this port expect TLS or SASL, or is it not a Kafka port?'
  if (served) return ''
  return '; it was closed before anything was answered but ApiVersions: does this port expect SASL?'
}
