import {
  detailOf,
  errorCodeOf,
  KafkaError,
  printable,
  saslAuthenticateApi,
  saslHandshakeApi,
  type ResponseOf,
} from '@sluice/protocol'
import { reasonOf } from '../reason.js'
import type { SaslContext, SaslExchange, SaslMechanism } from '../sasl-mechanism.js'
import { askNow } from './ask-now.js'
import type { Channel } from './channel.js'
import { withoutSecrets } from './without-secrets.js'

/** Version 0 would send the mechanism's bytes bare. */
const handshakeApi = { ...saslHandshakeApi, minVersion: 1 }

type Authenticated = ResponseOf<typeof saslAuthenticateApi>

/** Runs one mechanism over one channel, which nobody else uses meanwhile. */
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
   * @returns how long the broker lets the connection live, in ms from when this was called; 0 for good
   * @throws KafkaError SASL_AUTHENTICATION_FAILED, UNSUPPORTED_SASL_MECHANISM, ILLEGAL_SASL_STATE for good;
   * CONNECTION_FAILED where the credentials cannot be had now
   */
  async run(channel: Channel): Promise<number> {
    await this.#agree(channel)
    const exchange = this.#mechanism.begin(this.#context)
    let bytes = await this.#first(exchange)
    for (;;) {
      const answer = await askNow(channel, saslAuthenticateApi, { authBytes: bytes })
      this.#check(answer, bytes)
      const next = await this.#next(exchange, answer.authBytes)
      if (next === null) return Number(answer.sessionLifetimeMs)
      bytes = next
    }
  }

  async #agree(channel: Channel): Promise<void> {
    const { name } = this.#mechanism
    const { errorCode, mechanisms } = await askNow(channel, handshakeApi, { mechanism: name })
    const code = errorCodeOf(errorCode)
    if (code === 'ILLEGAL_SASL_STATE')
      throw this.#error(code, 'the broker does not ask for SASL at this port; leave sasl out')
    if (code !== null && code !== 'UNSUPPORTED_SASL_MECHANISM')
      throw this.#error(code, 'the broker refused the handshake')
    // Some brokers name theirs only when they refuse.
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
      // Without a cause: what HTTP clients throw holds the request, and the secret in it.
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
