import type { ConnectionOptions } from 'node:tls'
import type { KafkaError } from '@sluice/protocol'
import { invalidOption } from '../errors.js'
import type { Asked } from '../options.js'

/**
 * The options of `node:tls` that make sense here; see its documentation. Certificates are always checked, with the name of
 * the broker, unless `rejectUnauthorized` is false: that alone decides, not `NODE_TLS_REJECT_UNAUTHORIZED`.
 */
export type TlsOptions = Pick<
  ConnectionOptions,
  | 'ALPNProtocols'
  | 'ca'
  | 'cert'
  | 'checkServerIdentity'
  | 'ciphers'
  | 'crl'
  | 'ecdhCurve'
  | 'key'
  | 'maxVersion'
  | 'minVersion'
  | 'passphrase'
  | 'pfx'
  | 'rejectUnauthorized'
  | 'secureContext'
  | 'servername'
  | 'sigalgs'
>

/** `true` means Node's own list of authorities. A function is called for each connection, so that certificates may be renewed. */
export type TlsSource = Asked<true | TlsOptions>

/** @throws KafkaError INVALID_OPTION */
export function checkTlsOptions(options: unknown): TlsOptions {
  if (options === true) return {}
  if (typeof options !== 'object' || options === null)
    throw invalidTls(`is ${options === null ? 'null' : typeof options}`)
  const { minVersion, maxVersion } = options as TlsOptions
  for (const version of [minVersion, maxVersion]) {
    if (version === undefined || allowedVersions.includes(version)) continue
    throw invalidTls('asks for a version of TLS that is not safe; TLSv1.2 and TLSv1.3 are')
  }
  return options
}

export const allowedVersions: readonly string[] = ['TLSv1.2', 'TLSv1.3']

function invalidTls(problem: string): KafkaError {
  const advice = 'give true, options of node:tls such as { ca }, or a function giving either'
  return invalidOption(`tls ${problem}: ${advice}`)
}
