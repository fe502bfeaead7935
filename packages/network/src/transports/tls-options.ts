import type { ConnectionOptions } from 'node:tls'
import { type KafkaError, optionsOf } from '@sluice/protocol'
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

/**
 * Checks the form of the options, but not certificates and keys.
 * @throws KafkaError INVALID_OPTION
 */
export function checkTlsOptions(options: unknown): TlsOptions {
  if (options === true) return {}
  if (typeof options !== 'object' || options === null)
    throw invalidTls(`is ${options === null ? 'null' : typeof options}`)
  const { minVersion, maxVersion } = optionsOf('tls', options, names) as TlsOptions
  for (const version of [minVersion, maxVersion]) {
    if (version === undefined || allowedVersions.includes(version)) continue
    throw invalidTls('asks for a version of TLS that is not safe; TLSv1.2 and TLSv1.3 are')
  }
  if (minVersion === 'TLSv1.3' && maxVersion === 'TLSv1.2')
    throw invalidTls('has a minVersion, TLSv1.3, above its maxVersion, TLSv1.2')
  checkTypes(options)
  return options
}

const names = (
  'ALPNProtocols ca cert checkServerIdentity ciphers crl ecdhCurve key maxVersion minVersion passphrase pfx ' +
  'rejectUnauthorized secureContext servername sigalgs'
).split(' ')

const types = {
  checkServerIdentity: 'function',
  passphrase: 'string',
  rejectUnauthorized: 'boolean',
  secureContext: 'object',
  servername: 'string',
} as const

/** Of other types some would be ignored, as the text 'false' for `rejectUnauthorized`. */
function checkTypes(options: TlsOptions): void {
  for (const [name, type] of Object.entries(types)) {
    const value = options[name as keyof typeof types]
    if (value === undefined || (typeof value === type && value !== null)) continue
    const article = type === 'object' ? 'an' : 'a'
    throw invalidOption(`tls.${name} must be ${article} ${type}`)
  }
}

export const allowedVersions: readonly string[] = ['TLSv1.2', 'TLSv1.3']

function invalidTls(problem: string): KafkaError {
  const advice = 'give true, options of node:tls such as { ca }, or a function giving either'
  return invalidOption(`tls ${problem}: ${advice}`)
}
