import { Buffer } from 'node:buffer'
import type { SaslExchange, SaslMechanism } from '@sluice/network'
import type { Logger, Mechanism, SaslAuthenticateArgs } from 'kafkajs-original'

/**
 * The mechanism of an `authenticationProvider`. It sends when it likes, by calling `saslAuthenticate`, while an exchange is asked for its
 * next bytes: each call answers one question, and gets the broker's answer to it with the next question.
 */
export function providerMechanism(
  { mechanism, authenticationProvider }: Mechanism,
  logger: Logger,
): SaslMechanism {
  const name = mechanism.toUpperCase()
  return {
    name,
    begin: ({ host, port }) => {
      const exchange = new ProviderExchange()
      const saslAuthenticate = <Result>(
        args: SaslAuthenticateArgs<Result>,
      ): Promise<Result | void> => exchange.authenticate(args)
      const ofMechanism = logger.namespace(`SaslAuthenticator-${name}`)
      exchange.run(() =>
        authenticationProvider({
          host,
          port,
          logger: ofMechanism,
          saslAuthenticate,
        }).authenticate(),
      )
      return exchange
    },
  }
}

interface Settle<Value> {
  resolve(value: Value): void
  reject(error: unknown): void
}

class ProviderExchange implements SaslExchange {
  /** The question of the network that is open: what to send next, or null at the end. */
  #asked: Settle<Uint8Array | null> | null = null
  /** What the provider has sent, and waits for the answer to. */
  #answered: ((challenge: Uint8Array) => void) | null = null
  #start: () => Promise<void> = async () => {}

  run(start: () => Promise<void>): void {
    this.#start = start
  }

  async initial(): Promise<Uint8Array> {
    const next = this.#question()
    this.#start().then(
      () => this.#asked?.resolve(null),
      (error: unknown) => this.#asked?.reject(error),
    )
    return (await next) ?? new Uint8Array(0)
  }

  next(challenge: Uint8Array): Promise<Uint8Array | null> {
    const next = this.#question()
    this.#answered?.(challenge)
    return next
  }

  async authenticate<Result>({
    request,
    response,
  }: SaslAuthenticateArgs<Result>): Promise<Result | void> {
    const bytes = withoutSize(await request.encode())
    const answer = new Promise<Uint8Array>((resolve) => (this.#answered = resolve))
    this.#asked?.resolve(bytes)
    const challenge = await answer
    if (response === undefined) return
    return response.parse(await response.decode(withSize(challenge)))
  }

  #question(): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => (this.#asked = { resolve, reject }))
  }
}

const sizeBytes = 4

/** What kafkajs encodes begins with its own size, as the protocol had it before it had requests for it. */
function withoutSize(bytes: Buffer): Uint8Array {
  const isSized = bytes.length >= sizeBytes && bytes.readInt32BE(0) === bytes.length - sizeBytes
  return isSized ? bytes.subarray(sizeBytes) : bytes
}

function withSize(bytes: Uint8Array): Buffer {
  const size = Buffer.alloc(sizeBytes)
  size.writeInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}
