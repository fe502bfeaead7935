import { Buffer } from 'node:buffer'
import { type Portable, portableFrom, withPortable } from '@sluice/protocol'
import { ask, type Asked } from '../options.js'
import type { SaslExchange, SaslMechanism } from '../sasl-mechanism.js'
import { askCredentials, checkCredentials, type Credentials } from './credentials.js'

/**
 * The mechanism PLAIN (RFC 4616): user name and password as they are, so over TLS only, unless `allowInsecureSasl` is set.
 *
 * @param credentials - user name and password, or a function that is called for them at each authentication
 * @throws KafkaError INVALID_OPTION
 */
export function plain(credentials: Asked<Credentials>): SaslMechanism {
  if (typeof credentials !== 'function') checkCredentials('PLAIN', credentials)
  return new Plain(credentials)
}

class Plain implements SaslMechanism {
  readonly name = 'PLAIN'
  readonly needsEncryption = true
  declare readonly portable?: Portable
  readonly #credentials: Asked<Credentials>

  constructor(credentials: Asked<Credentials>) {
    this.#credentials = typeof credentials === 'function' ? credentials : { ...credentials }
    const portable = portableFrom('@sluice/network/sasl', 'plain', this.#credentials)
    withPortable(this, ['begin'], portable)
  }

  begin(): SaslExchange {
    return {
      initial: async () => {
        const given = await ask(this.#credentials)
        const { username, password } = await askCredentials(this.name, given)
        return Buffer.from(`\0${username}\0${password}`)
      },
      // The broker has accepted already, and has nothing to add.
      next: () => null,
    }
  }
}
