import { Buffer } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { printable } from '@sluice/protocol'

export interface ServerFirst {
  /** The whole message, which both sides sign. */
  readonly text: string
  readonly nonce: string
  readonly salt: Buffer
  readonly iterations: number
}

const base64 = '(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?'
// Extensions may follow, but none that must be understood (m=).
const serverFirst = new RegExp(
  `^r=([\\x21-\\x2b\\x2d-\\x7e]+),s=(${base64}),i=([1-9]\\d{0,9})(?:,(?!m=)[A-Za-z]=[^\\0,]*)*$`,
)
const serverFinal = new RegExp(`^v=(${base64})(?:,[A-Za-z]=[^\\0,]*)*$`)

/** In a user name `=` and `,` would end the field. */
export function escapeName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C')
}

/** @throws Error for anything but what RFC 5802 permits here */
export function readServerFirst(challenge: Uint8Array, clientNonce: string): ServerFirst {
  const text = textOf(challenge)
  const match = serverFirst.exec(text)
  if (match === null) throw malformed('first', text)
  const [, nonce, salt, iterations] = match as unknown as [string, string, string, string]
  if (!nonce.startsWith(clientNonce) || nonce.length === clientNonce.length)
    throw new Error('the nonce of the broker does not continue ours')
  if (salt === '') throw new Error('the broker gave an empty salt')
  return { text, nonce, salt: Buffer.from(salt, 'base64'), iterations: Number(iterations) }
}

/** @returns the signature of the broker @throws Error where it gives none */
export function readServerFinal(challenge: Uint8Array): Buffer {
  const text = textOf(challenge)
  const match = serverFinal.exec(text)
  if (match === null) throw malformed('final', text)
  return Buffer.from(match[1] as string, 'base64')
}

function textOf(challenge: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(challenge)
  } catch {
    throw new Error('the broker sent a message that is not UTF-8')
  }
}

/** What the broker says of its reason; of anything else nothing is repeated. */
function malformed(which: string, text: string): Error {
  const [, reason] = /^e=([^,]+)/.exec(text) ?? []
  if (reason !== undefined) return new Error(`the broker refused: ${printable(reason)}`)
  return new Error(`the broker's ${which} message is not one of SCRAM`)
}
