import type * as tls from 'node:tls'
import type { SecureContext } from 'node:tls'
import { reasonOf } from '@sluice/protocol'
import { invalidOption } from '../errors.js'
import { checkTlsMaterial } from './tls-material.js'
import type { TlsOptions } from './tls-options.js'

/**
 * Makes the context of the connections, with TLS 1.2 or newer.
 * @throws KafkaError INVALID_OPTION that names the option that cannot be used
 */
export function secureContextOf(
  { createSecureContext }: typeof tls,
  options: TlsOptions,
): SecureContext {
  checkTlsMaterial(options)
  if (options.secureContext !== undefined) return options.secureContext
  const make = (some: TlsOptions): SecureContext =>
    createSecureContext({ ...some, minVersion: options.minVersion ?? 'TLSv1.2' })
  try {
    return make(options)
  } catch (error) {
    throw invalidOption(describeContextFailure(blamed(make, options), error))
  }
}

/** What Node reads itself, and complains about without a name. */
const readByNode = ['pfx', 'crl', 'ciphers', 'ecdhCurve', 'sigalgs'] as const

/** The option that fails by itself. */
function blamed(make: (some: TlsOptions) => SecureContext, options: TlsOptions): string {
  const { passphrase } = options
  const guilty = readByNode.find((name) => {
    if (options[name] === undefined) return false
    try {
      make({ [name]: options[name], ...(passphrase !== undefined && { passphrase }) })
      return false
    } catch {
      return true
    }
  })
  return guilty === undefined ? 'tls' : `tls.${guilty}`
}

const advice: Readonly<Record<string, string>> = {
  'tls.pfx': 'give the bytes of a PKCS #12 file as a Buffer, and its passphrase as tls.passphrase',
  'tls.crl': 'give a list of revoked certificates as PEM',
  'tls.ciphers': 'give names of OpenSSL, with colons between them',
  'tls.ecdhCurve': 'give names of OpenSSL, with colons between them',
  'tls.sigalgs': 'give names of OpenSSL, with colons between them',
}

/** Node quotes what it was given, which may be the passphrase: that is cut off. */
function describeContextFailure(name: string, error: unknown): string {
  const [reason] = reasonOf(error).split(/\.? Received /)
  const tail = advice[name] === undefined ? '' : `; ${advice[name]}`
  return name === 'tls' ? `tls: ${reason}` : `${name} cannot be used: ${reason}${tail}`
}
