import { Buffer } from 'node:buffer'
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { type Portable, portableFrom, withPortable } from '@sluice/protocol'
import type { Asked } from '../options.js'
import type { SaslExchange, SaslMechanism } from '../sasl-mechanism.js'
import { escapeName, readServerFinal, readServerFirst } from './scram-messages.js'
import {
  askScramOptions,
  checkScramOptions,
  minIterations,
  type KnownOptions,
  type ScramOptions,
} from './scram-options.js'

/**
 * The mechanism SCRAM-SHA-256 (RFC 5802, 7677): the password never leaves this process, and the broker must prove that it knows it.
 *
 * @param options - user name and password, or a function that is called for them at each authentication
 * @throws KafkaError INVALID_OPTION
 */
export function scramSha256(options: Asked<ScramOptions>): SaslMechanism {
  return scram('SCRAM-SHA-256', 'sha256', options)
}

/**
 * The mechanism SCRAM-SHA-512; otherwise as {@link scramSha256}.
 *
 * @param options - user name and password, or a function that is called for them at each authentication
 * @throws KafkaError INVALID_OPTION
 */
export function scramSha512(options: Asked<ScramOptions>): SaslMechanism {
  return scram('SCRAM-SHA-512', 'sha512', options)
}

function scram(name: string, hash: Hash, options: Asked<ScramOptions>): SaslMechanism {
  if (typeof options !== 'function') checkScramOptions(name, options)
  return new Scram(name, hash, options)
}

/** The hash of each mechanism, and the function that makes the mechanism. */
const factories = { sha256: 'scramSha256', sha512: 'scramSha512' } as const

type Hash = keyof typeof factories

class Scram implements SaslMechanism {
  readonly name: string
  declare readonly portable?: Portable
  readonly #hash: Hash
  readonly #options: Asked<ScramOptions>

  constructor(name: string, hash: Hash, options: Asked<ScramOptions>) {
    this.name = name
    this.#hash = hash
    this.#options = typeof options === 'function' ? options : { ...options }
    const portable = portableFrom('@sluice/network/sasl', factories[hash], this.#options)
    withPortable(this, ['begin'], portable)
  }

  begin(): SaslExchange {
    return new ScramExchange(this.#hash, () => askScramOptions(this.name, this.#options))
  }
}

/** No channel binding, and no other identity to act for. */
const header = 'n,,'
const deriveKey = promisify(pbkdf2)

class ScramExchange implements SaslExchange {
  readonly #hash: string
  readonly #ask: () => Promise<KnownOptions>
  readonly #nonce = randomBytes(24).toString('base64')
  #options!: KnownOptions
  #clientFirst = ''
  /** What the broker must answer to prove that it knows the password; null before it was asked to. */
  #serverSignature: Buffer | null = null

  constructor(hash: string, options: () => Promise<KnownOptions>) {
    this.#hash = hash
    this.#ask = options
  }

  async initial(): Promise<Uint8Array> {
    this.#options = await this.#ask()
    this.#clientFirst = `n=${escapeName(this.#options.username)},r=${this.#nonce}`
    return Buffer.from(header + this.#clientFirst)
  }

  next(challenge: Uint8Array): Promise<Uint8Array> | null {
    if (this.#serverSignature === null) return this.#prove(challenge)
    const signature = readServerFinal(challenge)
    const expected = this.#serverSignature
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) return null
    throw new Error('the broker could not prove that it knows the password')
  }

  async #prove(challenge: Uint8Array): Promise<Uint8Array> {
    const { text, nonce, salt, iterations } = readServerFirst(challenge, this.#nonce)
    const { maxIterations, password } = this.#options
    if (iterations < minIterations || iterations > maxIterations)
      throw new Error(
        `the broker asks for ${iterations} iterations; ${minIterations} to ${maxIterations} are allowed (maxIterations)`,
      )
    const { length } = this.#digest('')
    const salted = await deriveKey(password, salt, iterations, length, this.#hash)
    const clientFinal = `c=${Buffer.from(header).toString('base64')},r=${nonce}`
    const message = `${this.#clientFirst},${text},${clientFinal}`
    const clientKey = this.#hmac(salted, 'Client Key')
    const signature = this.#hmac(this.#digest(clientKey), message)
    const proof = clientKey.map((byte, index) => byte ^ signature[index]!)
    this.#serverSignature = this.#hmac(this.#hmac(salted, 'Server Key'), message)
    return Buffer.from(`${clientFinal},p=${Buffer.from(proof).toString('base64')}`)
  }

  #digest(data: string | Buffer): Buffer {
    return createHash(this.#hash).update(data).digest()
  }

  #hmac(key: Buffer, data: string): Buffer {
    return createHmac(this.#hash, key).update(data).digest()
  }
}
