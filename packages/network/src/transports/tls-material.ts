import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { detailOf, KafkaError, reasonOf } from '@sluice/protocol'
import { invalidOption } from '../errors.js'
import { certificatesIn, describeNoPem, isWhole, privateKeyIn } from './pem.js'
import type { TlsOptions } from './tls-options.js'

/**
 * Checks what Node would take without a word, or refuse without the name of the option: authorities that are none, and
 * certificates and keys of the client that are not whole. Nothing of them is shown.
 * @throws KafkaError INVALID_OPTION
 */
export function checkTlsMaterial(options: TlsOptions): void {
  const { ca, cert, key, pfx, secureContext } = options
  if (secureContext !== undefined) return checkContextAlone(options)
  if (ca !== undefined) checkAuthorities(ca)
  if (cert === undefined && key === undefined) return
  if (cert === undefined || key === undefined) {
    if (pfx === undefined) throw half(cert === undefined ? ['key', 'cert'] : ['cert', 'key'])
    return
  }
  checkPairs(leavesOf(cert), keysOf(options))
}

/** The context has these already, and Node would ignore them here. */
function checkContextAlone(options: TlsOptions): void {
  for (const name of ['ca', 'cert', 'key', 'pfx', 'crl', 'ciphers', 'minVersion'] as const)
    if (options[name] !== undefined)
      throw invalidOption(
        `tls.secureContext and tls.${name} are both given: give ${name} to createSecureContext, or leave secureContext out`,
      )
}

/** Without any certificate in `ca` Node refuses every broker, or silently uses its own list. */
function checkAuthorities(ca: unknown): void {
  const advice =
    'give the certificate of the authority as PEM, or leave ca out for the authorities that Node trusts'
  if (Array.isArray(ca) && ca.length === 0)
    throw invalidOption(`tls.ca is an empty array: ${advice}`)
  for (const [name, item] of named('tls.ca', ca)) readCertificates(name, item, advice)
}

function half([given, missing]: readonly [string, string]): Error {
  const file = 'if one file holds both, give the file for both'
  return invalidOption(
    `tls.${given} is given without tls.${missing}: brokers ask for both, so give both or neither; ${file}`,
  )
}

/** The client's own certificate, of each chain. */
function leavesOf(cert: unknown): X509Certificate[] {
  const advice =
    'give the certificate of the client as PEM, with those between it and the authority'
  return named('tls.cert', cert).map(
    ([name, item]) => readCertificates(name, item, advice)[0] as X509Certificate,
  )
}

function readCertificates(name: string, value: unknown, advice: string): X509Certificate[] {
  const blocks = certificatesIn(value)
  if (blocks.length === 0 || !isWhole(value))
    throw invalidOption(`${name} ${describeNoPem(value, 'CERTIFICATE')}; ${advice}`)
  return blocks.map((pem, index) => {
    try {
      return new X509Certificate(pem)
    } catch (error) {
      throw invalidOption(
        `${name}: certificate ${index + 1} cannot be read (${reasonOf(error)}): was it cut or changed? ${advice}`,
      )
    }
  })
}

function keysOf({ key, passphrase }: TlsOptions): KeyObject[] {
  return named('tls.key', key).map(([name, item]) => {
    const isPair = typeof item === 'object' && item !== null && 'pem' in item
    const { pem, passphrase: own } = (isPair ? item : { pem: item }) as Readonly<
      Record<'pem' | 'passphrase', unknown>
    >
    return readKey(name, pem, own ?? passphrase)
  })
}

function readKey(name: string, value: unknown, passphrase: unknown): KeyObject {
  const pem = privateKeyIn(value)
  if (pem === undefined)
    throw invalidOption(
      `${name} ${describeNoPem(value, 'PRIVATE KEY')}; give the private key of tls.cert as PEM`,
    )
  const isEncrypted = /ENCRYPTED/.test(pem)
  if (passphrase !== undefined && typeof passphrase !== 'string')
    throw invalidOption('tls.passphrase must be text')
  if (isEncrypted && !passphrase)
    throw invalidOption(`${name} is encrypted: give its passphrase as tls.passphrase`)
  try {
    return createPrivateKey({ key: pem, ...(isEncrypted && { passphrase: passphrase as string }) })
  } catch (error) {
    const problem = isEncrypted ? 'cannot be opened with tls.passphrase' : 'cannot be read'
    throw invalidOption(`${name} ${problem} (${reasonOf(error)})`)
  }
}

/** Each certificate needs its key, and Node matches them itself. */
function checkPairs(leaves: readonly X509Certificate[], keys: readonly KeyObject[]): void {
  const allOpen = leaves.every((leaf) => keys.some((key) => leaf.checkPrivateKey(key)))
  const allUsed = keys.every((key) => leaves.some((leaf) => leaf.checkPrivateKey(key)))
  if (allOpen && allUsed) return
  throw invalidOption(
    `${mismatch}: tls.key is not the key of the first certificate in tls.cert; put the certificate of the client first, and give its key`,
  )
}

/** What OpenSSL calls it. */
const mismatch = 'tls: key values mismatch'

/** Whether `checkTlsMaterial` has thrown this for a key and a certificate that are fine by themselves. */
export function isMismatch(error: unknown): boolean {
  return error instanceof KafkaError && detailOf(error).startsWith(mismatch)
}

/** The values of an option, each with the name to call it by. */
function named(name: string, option: unknown): (readonly [string, unknown])[] {
  if (!Array.isArray(option)) return [[name, option]]
  return option.map((item: unknown, index) => [`${name}[${index}]`, item])
}
