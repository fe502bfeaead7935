import { Buffer } from 'node:buffer'
import { optionsOf, type Portable, portableFrom, printable, withPortable } from '@sluice/protocol'
import { ask, type Asked } from '../options.js'
import type { SaslExchange, SaslMechanism } from '../sasl-mechanism.js'
import { invalidSasl } from './credentials.js'

/** Options of {@link oauthBearer}. */
export interface OAuthBearerOptions {
  /** An access token, or a function that is called for it at each authentication: let it give a token that lasts for a while. */
  readonly token: Asked<string>
  /** What else to tell the broker, such as `logicalCluster` and `identityPoolId` of Confluent Cloud (KIP-342). */
  readonly extensions?: Asked<Readonly<Record<string, string>>>
}

/**
 * The mechanism OAUTHBEARER (RFC 7628): a token from an issuer. It is sent as it is, so over TLS only, unless
 * `allowInsecureSasl` is set.
 *
 * @throws KafkaError INVALID_OPTION
 */
export function oauthBearer(options: OAuthBearerOptions): SaslMechanism {
  // The token itself, where an object should be. The check of options would quote it.
  if (typeof options === 'string') throw invalidSasl(name, 'the argument is text; give { token }')
  const { token, extensions = {} } = optionsOf('oauthBearer', options, ['token', 'extensions'])
  if (typeof token !== 'function') checkToken(token)
  if (typeof extensions !== 'function') checkExtensions(extensions)
  return new OAuthBearer(token, extensions)
}

class OAuthBearer implements SaslMechanism {
  readonly name = name
  readonly needsEncryption = true
  declare readonly portable?: Portable
  readonly #token: Asked<string>
  readonly #extensions: Asked<Readonly<Record<string, string>>>

  constructor(token: Asked<string>, extensions: Asked<Readonly<Record<string, string>>>) {
    this.#token = token
    this.#extensions = typeof extensions === 'function' ? extensions : { ...extensions }
    const options = { token, extensions: this.#extensions }
    withPortable(this, ['begin'], portableFrom('@sluice/network/sasl', 'oauthBearer', options))
  }

  begin(): SaslExchange {
    let refusal: string | undefined
    return {
      initial: async () => {
        const [token, extensions] = await Promise.all([ask(this.#token), ask(this.#extensions)])
        checkToken(token)
        const pairs = checkExtensions(extensions).map(([key, value]) => `${key}=${value}\x01`)
        return Buffer.from(`n,,\x01auth=Bearer ${token}\x01${pairs.join('')}\x01`)
      },
      next: (challenge) => {
        if (refusal !== undefined) throw new Error(refusal)
        if (challenge.length === 0) return null
        // The broker gives its reason, and expects one more message before it refuses (RFC 7628, 3.2.3).
        refusal = `the broker refused the token${statusOf(challenge)}`
        return Uint8Array.of(1)
      },
    }
  }
}

const name = 'OAUTHBEARER'
/** b64token of RFC 6750; anything else could end the field. */
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/
const extensionName = /^[A-Za-z]+$/
const extensionValue = /^[\x20-\x7e\t\r\n]+$/

function checkToken(token: unknown): void {
  if (typeof token === 'string' && bearerToken.test(token)) return
  throw invalidSasl(
    name,
    `token must be a bearer token: letters, digits and -._~+/ with = at the end${surplusOf(token)}`,
  )
}

/** What stands around a token that was read from a file or from a header. */
function surplusOf(token: unknown): string {
  if (typeof token !== 'string') return ''
  if (bearerToken.test(token.trim())) return '; there is white space around the token, so trim it'
  const bare = bearerToken.test(token.trim().replace(/^bearer +/i, ''))
  return bare ? '; leave out the word Bearer, which is put before the token anyway' : ''
}

function checkExtensions(extensions: unknown): [string, string][] {
  const pairs = Object.entries((extensions ?? {}) as Record<string, unknown>)
  for (const [key, value] of pairs) {
    if (!extensionName.test(key) || key === 'auth')
      throw invalidSasl(
        name,
        `extensions: ${printable(key, 40)} is no name: letters only, and not auth`,
      )
    if (typeof value !== 'string' || !extensionValue.test(value))
      throw invalidSasl(name, `extensions: the value of ${key} must be printable ASCII`)
  }
  return pairs as [string, string][]
}

/** Only the field `status` of the broker's JSON, and only in the form of the RFC: the rest might repeat the token. */
function statusOf(challenge: Uint8Array): string {
  try {
    const { status } = JSON.parse(Buffer.from(challenge).toString()) as { status?: unknown }
    return typeof status === 'string' && /^[a-z_]{1,40}$/.test(status) ? `: ${status}` : ''
  } catch {
    return ''
  }
}
