import { X509Certificate } from 'node:crypto'
import { printable, reasonOf } from '@sluice/protocol'
import { certificatesIn } from './pem.js'
import type { TlsOptions } from './tls-options.js'
import { tlsAdvice } from './tls-refusal.js'

/** Where a handshake failed. */
export interface HandshakeEnd {
  /** `host:port`, as the client was told to connect to. */
  readonly where: string
  readonly address: string
  readonly options: TlsOptions
  /** Whether this side has refused the broker's certificate, be it by a check of the user's own. */
  readonly untrusted: boolean
}

/** Why a handshake failed, and what to look at. Its `code` and `address` tell whether the next attempt would fail as well. */
export function describeTlsFailure(cause: unknown, end: HandshakeEnd): Error {
  const own = (cause as { code?: unknown }).code
  const unknown = end.untrusted && tlsAdvice(cause) === undefined
  const code = unknown ? 'ERR_TLS_CERT_ALTNAME_INVALID' : own
  const advice = unknown ? undefined : tlsAdvice(cause)
  const parts = [reasonOf(cause), blame(code, end.options), advice]
  const detail = parts.filter((part) => part !== undefined).join('; ')
  const error = new Error(`TLS with ${end.where} failed: ${detail}`, { cause })
  return Object.assign(error, { code, address: end.address })
}

/** What the options themselves tell about the reason. */
function blame(code: unknown, { ca, cert, pfx, secureContext }: TlsOptions): string | undefined {
  if (typeof code !== 'string' || secureContext !== undefined) return undefined
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return outdated('the authority in tls.ca', ca)
  if (/ALERT_.*CERTIFICATE|ALERT_(UNKNOWN_CA|ACCESS_DENIED)/.test(code))
    return cert === undefined && pfx === undefined
      ? 'tls.cert is not given'
      : outdated('the certificate in tls.cert', cert)
  if (!/ISSUER|SELF_SIGNED|SIGNATURE/.test(code)) return undefined
  return ca === undefined ? 'tls.ca is not given' : 'no certificate in tls.ca has signed it'
}

/** The first certificate of the option that is not valid today. */
function outdated(what: string, option: TlsOptions['ca']): string | undefined {
  for (const pem of [option ?? []].flat().flatMap((item) => certificatesIn(item))) {
    const { subject, validFrom, validTo } = new X509Certificate(pem)
    const now = Date.now()
    if (now >= Date.parse(validFrom) && now <= Date.parse(validTo)) continue
    const name = printable(subject.replaceAll('\n', ', '), 100)
    return `${what} (${name}) is valid from ${validFrom} to ${validTo}`
  }
  return undefined
}
