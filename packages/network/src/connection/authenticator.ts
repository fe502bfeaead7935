import { Buffer } from 'node:buffer'
import {
  detailOf,
  errorCodeOf,
  KafkaError,
  printable,
  reasonOf,
  saslAuthenticateApi,
  saslHandshakeApi,
  type ResponseOf,
} from '@sluice/protocol'
import type { SaslContext, SaslExchange, SaslMechanism } from '../sasl-mechanism.js'
import type { Channel } from './channel.js'

/** Version 0 would send the mechanism's bytes bare. */
const handshakeApi = { ...saslHandshakeApi, minVersion: 1 }

type Authenticated = ResponseOf<typeof saslAuthenticateApi>

/** Runs one mechanism over one channel, on which nothing else is sent meanwhile. */
export class Authenticator {
  readonly #mechanism: SaslMechanism
  readonly #context: SaslContext
  readonly #peer: string

  constructor(mechanism: SaslMechanism, context: SaslContext, peer: string) {
    this.#mechanism = mechanism
    this.#context = context
    this.#peer = peer
  }

  /**
   * Authenticates once.
   * @returns for how many milliseconds from this call on the connection stays authenticated; 0 for ever
   * @throws KafkaError SASL_AUTHENTICATION_FAILED, UNSUPPORTED_SASL_MECHANISM or ILLEGAL_SASL_STATE, which the next
   * attempt would meet as well; CONNECTION_FAILED where the credentials are not available now
   */
  async run(channel: Channel): Promise<number> {
    await this.#agree(channel)
    const exchange = this.#mechanism.begin(this.#context)
    let bytes = await this.#first(exchange)
    for (;;) {
      const answer = await channel.sendInternal(saslAuthenticateApi, { authBytes: bytes })
      this.#check(answer, bytes)
      const next = await this.#next(exchange, answer.authBytes)
      if (next === null) return Number(answer.sessionLifetimeMs)
      bytes = next
    }
  }

  async #agree(channel: Channel): Promise<void> {
    const { name } = this.#mechanism
    const { errorCode, mechanisms } = await channel.sendInternal(handshakeApi, { mechanism: name })
    const code = errorCodeOf(errorCode)
    if (code === 'ILLEGAL_SASL_STATE')
      throw this.#error(code, 'the broker does not ask for SASL at this port; leave sasl out')
    if (code !== null && code !== 'UNSUPPORTED_SASL_MECHANISM')
      throw this.#error(code, 'the broker refused the handshake')
    // Some brokers name their mechanisms only when they refuse one.
    if (code === null && (mechanisms.length === 0 || mechanisms.includes(name))) return
    const offered = mechanisms.map((mechanism) => printable(mechanism, 40)).slice(0, 20)
    throw this.#error(
      'UNSUPPORTED_SASL_MECHANISM',
      `the broker offers ${offered.join(', ') || 'none'}`,
    )
  }

  async #first(exchange: SaslExchange): Promise<Uint8Array> {
    try {
      return await exchange.initial()
    } catch (error) {
      if (error instanceof KafkaError) throw error
      // Without a cause: the errors of HTTP clients hold the request, and the secret in it.
      throw this.#error('CONNECTION_FAILED', `no credentials could be had: ${reasonOf(error)}`)
    }
  }

  async #next(exchange: SaslExchange, challenge: Uint8Array): Promise<Uint8Array | null> {
    try {
      return await exchange.next(challenge)
    } catch (error) {
      const reason = error instanceof KafkaError ? detailOf(error) : reasonOf(error)
      throw this.#error('SASL_AUTHENTICATION_FAILED', reason)
    }
  }

  #check({ errorCode, errorMessage }: Authenticated, sent: Uint8Array): void {
    const code = errorCodeOf(errorCode)
    if (code === null) return
    const reason = withoutSecrets(errorMessage ?? 'no reason given', sent)
    throw this.#error(code, `the broker refused the credentials: ${printable(reason)}`)
  }

  #error(code: KafkaError['code'], detail: string): KafkaError {
    return new KafkaError(code, `${this.#peer}: ${this.#mechanism.name}: ${detail}`)
  }
}

/** The fields of PLAIN, of OAUTHBEARER and of SCRAM are separated by these characters. */
// oxlint-disable-next-line no-control-regex -- the mechanisms use them
const separators = /[\0\x01\s,]+/

/** A shorter part is no secret, and hiding it would make half of the text unreadable. */
const shortestSecret = 4

/** The broker's text without the parts that repeat what the broker was sent, which may be a password or a token. */
function withoutSecrets(text: string, sent: Uint8Array): string {
  let clean = text
  for (const part of Buffer.from(sent).toString().split(separators)) {
    if (part.length >= shortestSecret) clean = clean.replace(wholeWord(part), '***')
  }
  return clean
}

/** Matches the part as a word of its own: a user called `user` does not make "invalid username" unreadable. */
function wholeWord(part: string): RegExp {
  const literal = part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return new RegExp(`(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`, 'g')
}
